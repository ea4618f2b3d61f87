package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTemplateTest {

  @Test
  void subscribesToTheChannelOfTheNumber() {
    Target target = target("http://127.0.0.1:8080/events/{channel}?x={n}", "{payload}");

    String request = written(RequestTemplate.subscribing(target), 42, "Last-Event-ID: 7\r\n");

    assertThat(request.replace("\r\n", "\n"))
        .isEqualTo(
            """
            GET /events/user-42?x=42 HTTP/1.1
            Host: 127.0.0.1:8080
            Accept: text/event-stream
            Last-Event-ID: 7

            """);
    assertThat(request).endsWith("\r\n\r\n");
  }

  @Test
  void theLengthOfABodyFollowsItsNumber() {
    Target target = target("http://h/", "{\"channel\":\"{channel}\",\"data\":\"{payload}\"}");
    RequestTemplate template = RequestTemplate.publishing(target, 40, 1);
    ByteBuffer request = ByteBuffer.allocate(template.maxBytes()).order(ByteOrder.LITTLE_ENDIAN);

    int payloadAt = template.write(request, 1234);

    String text = new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
    String body = text.substring(text.indexOf("\r\n\r\n") + 4);
    assertThat(text).startsWith("POST /publish HTTP/1.1\r\nHost: localhost:81\r\nA: b\r\n");
    assertThat(text).contains("\r\nContent-Length: " + body.length() + "\r\n");
    assertThat(body).startsWith("{\"channel\":\"user-1234\",\"data\":\"~sluice:").endsWith("x\"}");
    assertThat(text.indexOf("~sluice:")).isEqualTo(payloadAt);
  }

  @Test
  void severalEventsAreAnArrayWithPayloadsInEvenSteps() {
    Target target = target("http://h/", "{\"channel\":\"{channel}\",\"data\":\"{payload}\"}");
    RequestTemplate template = RequestTemplate.publishing(target, 40, 3);
    ByteBuffer request = ByteBuffer.allocate(template.maxBytes()).order(ByteOrder.LITTLE_ENDIAN);

    int first = template.write(request, 12);
    int stride = template.stride(12);
    for (int event = 0; event < 3; event++) {
      Payload.write(request, first + event * stride, 1, event, 0);
    }

    String text = new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
    String body = text.substring(text.indexOf("\r\n\r\n") + 4);
    assertThat(text).contains("\r\nContent-Length: " + body.length() + "\r\n");
    String[] events = body.substring(1, body.length() - 1).split("(?<=}),");
    assertThat(body).startsWith("[{").endsWith("}]");
    assertThat(events).hasSize(3);
    for (int event = 0; event < 3; event++) {
      assertThat(events[event])
          .startsWith("{\"channel\":\"user-12\",\"data\":\"~sluice:")
          .hasSize(events[0].length())
          .endsWith("x\"}");
      assertThat(Payload.sequence(request, first + event * stride)).isEqualTo(event);
    }
  }

  @Test
  void aBodyHasThePayloadOnce() {
    assertThatThrownBy(() -> RequestTemplate.publishing(target("http://h/", "nothing"), 40, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> RequestTemplate.publishing(target("http://h/", "{payload}{payload}"), 40, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Target target(String subscribeUrl, String body) {
    return new Target(
        subscribeUrl,
        "http://localhost:81/publish",
        "user-{n}",
        "POST",
        body,
        Map.of(),
        Map.of("A", "b"),
        List.of());
  }

  private static String written(RequestTemplate template, int number, String headerLines) {
    ByteBuffer request = ByteBuffer.allocate(1000);
    template.write(request, number, headerLines);
    return new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
  }
}
