package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.event.EventId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that are too large in any way, beside subscribers who miss nothing. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OversizeAttackIT {

  private static final String KEY =
      "Authorization: Bearer " + GuardedServer.PUBLISHER.text() + "\r\n";

  private static GuardedServer server;
  private static Bystanders bystanders;

  @BeforeAll
  static void serve() throws IOException {
    server = new GuardedServer("loops", "1", "identity.query-token", "true");
    bystanders = new Bystanders(server.server());
  }

  @AfterAll
  static void othersHaveMissedNothing() throws Exception {
    try {
      bystanders.haveMissedNothing();
    } finally {
      bystanders.close();
      server.close();
    }
  }

  private static RawClient connect() throws IOException {
    return new RawClient(server.server().address());
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  private static String post(String target, String type, String body) {
    return "POST "
        + target
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
        + type
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n"
        + KEY
        + "\r\n"
        + body;
  }

  private static String json(String body) {
    return post("/publish", "application/json", body);
  }

  static Stream<Arguments> tooMuch() {
    String long20k = "x".repeat(20_000);
    String event = "{\"channel\":\"public/a\",\"data\":1}";
    return Stream.of(
        arguments("target", get("/events/" + long20k), "414 target-too-long"),
        arguments(
            "field",
            "GET /events/public/a HTTP/1.1\r\nHost: localhost\r\nX: " + long20k + "\r\n\r\n",
            "431 head-too-large"),
        arguments(
            "fields",
            "GET / HTTP/1.1\r\nHost: localhost\r\n" + "a: b\r\n".repeat(200) + "\r\n",
            "431 head-too-large"),
        arguments(
            "token",
            "GET /stats HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + "e".repeat(9000)
                + "\r\n\r\n",
            "401 token-malformed"),
        arguments(
            "ticket", get("/events/public/a?ticket=" + "s".repeat(9000)), "401 ticket-invalid"),
        arguments(
            "length",
            "POST /events/public/a HTTP/1.1\r\nHost: localhost\r\n"
                + KEY
                + "Content-Length: 9000000000\r\n\r\n",
            "413 too-large"),
        arguments(
            "data of one of many",
            json("{\"channel\":\"public/a\",\"data\":\"" + "x".repeat(1 << 20) + "x\"}"),
            "413 too-large"),
        arguments(
            "array", json("[" + (event + ",").repeat(10_000) + event + "]"), "413 too-many-events"),
        arguments(
            "depth",
            json(
                "{\"channel\":\"public/a\",\"data\":"
                    + "[".repeat(20_000)
                    + "]".repeat(20_000)
                    + "}"),
            "400 malformed-json"),
        arguments(
            "number",
            json("{\"channel\":\"public/a\",\"data\":" + "9".repeat(5000) + "}"),
            "400 malformed-json"),
        arguments(
            "exponent",
            json("{\"channel\":\"public/a\",\"data\":1e99999999999}"),
            "400 malformed-json"),
        arguments(
            "exponent in a ticket's body",
            post("/tickets", "application/json", "{\"channels\":1e-99999999999}"),
            "400 malformed-json"),
        arguments(
            "channel",
            post("/events/public/" + "c".repeat(200), "text/plain", "x"),
            "400 invalid-channel"),
        arguments(
            "type",
            post("/events/public/a?type=" + "t".repeat(101), "text/plain", "x"),
            "400 invalid-type"),
        arguments(
            "key",
            post("/events/public/a?key=" + "k".repeat(101), "text/plain", "x"),
            "400 invalid-key"),
        arguments("channels", get("/events?" + channels(101)), "400 too-many-channels"),
        arguments(
            "ticket's body",
            post("/tickets", "application/json", "{\"channels\":[\"" + "a".repeat(70_000) + "\"]}"),
            "413 too-large"),
        arguments(
            "idempotency key",
            "POST /events/public/a HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: "
                + "i".repeat(201)
                + "\r\nContent-Length: 1\r\n"
                + KEY
                + "\r\nx",
            "400 invalid-idempotency-key"),
        arguments("history", get("/history/public/a?limit=2000000000"), "400 invalid-limit"),
        arguments("last", get("/events/public/a?last=2000000000"), "400 invalid-last"),
        arguments(
            "since", get("/events/public/a?since=99999999999999999999d"), "400 invalid-since"));
  }

  private static String channels(int count) {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < count; i++) {
      query.append("channel=public/").append(i).append('&');
    }
    return query.toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tooMuch")
  void whatIsTooMuchIsRefusedWithItsReason(String what, String request, String answer)
      throws Exception {
    EventId before = newestOfTheAttacker();
    try (RawClient client = connect()) {
      RawClient.Response response = client.send(request).response();
      assertThat(response.status() + " " + code(response)).isEqualTo(answer);
    }
    assertThat(newestOfTheAttacker()).isEqualTo(before);
    bystanders.getMore(1);
  }

  private static String code(RawClient.Response response) {
    return Json.MAPPER.readTree(response.text()).path("code").asString("-");
  }

  // The newest event that isn't the bystanders'.
  private static EventId newestOfTheAttacker() throws Exception {
    try (RawClient client = connect()) {
      String events = client.send(get("/history/public/a?limit=10000")).response().text();
      String last = null;
      for (var event : Json.MAPPER.readTree(events).get("events")) {
        last = event.get("id").asString();
      }
      return last == null ? new EventId("none", 0) : EventId.parse(last);
    }
  }

  @Test
  void aBodyAndALineWithoutAnEndAreCutAtTheirLimit() throws Exception {
    String piece = "x".repeat(60_000);
    for (String type : List.of("text/plain", "application/x-ndjson")) {
      String target = type.equals("text/plain") ? "/events/public/a" : "/publish";
      try (RawClient client = connect()) {
        client.send(
            "POST "
                + target
                + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: "
                + type
                + "\r\n"
                + KEY
                + "\r\n");
        int sent = 0;
        try {
          for (; sent < 400; sent++) {
            client.send(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
          }
        } catch (IOException cut) {
          assertThat(sent).isPositive();
        }
        assertThat(sent).as("of 24 MB").isLessThan(400);
      }
      bystanders.getMore(1);
    }
  }
}
