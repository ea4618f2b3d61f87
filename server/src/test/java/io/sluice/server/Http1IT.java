package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP/1 through real sockets. */
class Http1IT {

  private static final Fields TEXT = Fields.of("Content-Type", "text/plain");

  private final Router router =
      new Router()
          .route("GET", "/hello", exchange -> exchange.respond(200, TEXT, bytes("hello")))
          .route(
              "GET",
              "/name/{name}",
              exchange -> exchange.respond(200, TEXT, bytes(exchange.rest())))
          .route(
              "GET",
              "/query",
              exchange -> exchange.respond(200, TEXT, bytes(exchange.query().all("a").toString())))
          .route(
              "POST",
              "/echo",
              exchange -> exchange.aggregate(100_000, body -> exchange.respond(200, TEXT, body)))
          .route(
              "POST",
              "/later",
              exchange ->
                  exchange.aggregate(
                      100, body -> exchange.loop().yield(() -> exchange.respond(200, TEXT, body))))
          .route(
              "GET",
              "/broken",
              exchange -> {
                throw new IllegalStateException("as the test wants");
              })
          .route(
              "POST",
              "/held",
              exchange ->
                  exchange.stream(
                      100,
                      new BodyListener() {
                        @Override
                        public void chunk(ByteBuf bytes) {
                          exchange.pauseBody();
                          exchange.respond(
                              200, Fields.NONE, "held".getBytes(StandardCharsets.UTF_8));
                        }

                        @Override
                        public void complete() {}

                        @Override
                        public void failed() {}
                      }))
          .route("POST", "/lines", Http1IT::lines);

  private final TestServer server =
      new TestServer(
          new HttpLimits(
              16 << 10,
              20_000,
              Duration.ofMillis(200),
              Duration.ofSeconds(75),
              Duration.ofMillis(300),
              Duration.ofSeconds(30)),
          router);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void answersOnOneConnectionAfterTheOther() throws IOException {
    try (RawClient client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        RawClient.Response response = client.request("GET", "/hello").response();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("hello");
        assertThat(response.field("Content-Type")).isEqualTo("text/plain");
        assertThat(response.field("Date"))
            .matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
      }
    }
  }

  @Test
  void takesBodiesOfKnownLengthAndInChunks() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Content-Length: 5").send("12345");
      assertThat(client.response().text()).isEqualTo("12345");
      client
          .request("POST", "/echo", "Transfer-Encoding: chunked")
          .send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
      assertThat(client.response().text()).isEqualTo("abcde");
      client.request("POST", "/echo", "Content-Length: 0");
      assertThat(client.response().text()).isEmpty();
    }
  }

  @Test
  void readsTheNextRequestAfterABodyThatWasHeldAndAnswered() throws IOException {
    try (RawClient client = server.connect()) {
      for (int i = 0; i < 2; i++) {
        client.request("POST", "/held", "Content-Length: 5").send("12345");
        assertThat(client.response().text()).isEqualTo("held");
      }
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    try (RawClient client = server.connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        all.append("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n").append(10 + i);
        all.append("GET /name/").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.response().text()).isEqualTo(Integer.toString(10 + i));
        assertThat(client.response().text()).isEqualTo(Integer.toString(i));
      }
    }
  }

  @Test
  void refusesALongBodyWithoutReadingIt() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Content-Length: 2000000000");
      RawClient.Response response = client.response();
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(response.text()).contains("\"code\":\"too-large\"");
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void streamsLinesBackWhileTheyCome() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/lines", "Transfer-Encoding: chunked");
      client.send("4\r\none\n\r\n");
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.line()).isEqualTo("4");
      assertThat(client.line()).isEqualTo("one");
      assertThat(client.line()).isEmpty();
      client.send("0\r\n\r\n");
      assertThat(client.line()).isEqualTo("0");
      assertThat(client.line()).isEmpty();
      assertThat(client.request("GET", "/hello").response().text()).isEqualTo("hello");
    }
  }

  private static void lines(Exchange exchange) {
    ResponseBody out = exchange.begin(200, TEXT);
    exchange.stream(
        Long.MAX_VALUE,
        new BodyListener() {
          @Override
          public void chunk(ByteBuf bytes) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.getBytes(bytes.readerIndex(), copy);
            out.write(copy);
          }

          @Override
          public void complete() {
            out.end();
          }

          @Override
          public void failed() {}
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
