package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.EventId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are injected, or not what they seem, beside who misses nothing. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RequestAttackIT {

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

  // Injection

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/events/public/a?type=t%0d%0adata:%20x",
        "/events/public/a?type=t%0aid:%207",
        "/events/public/a?type=t%00",
        "/events/public/a?key=k%0d%0a%0d%0a",
        "/events/public/a%0d%0aX-Injected:%20yes",
        "/events/public/a%0a%0adata:%20x",
        "/events/public%2f..%2fa",
        "/events/public/a%00"
      })
  void lineBreaksInNamesAreRefused(String target) throws Exception {
    try (RawClient client = connect()) {
      RawClient.Response response = client.send(post(target, "text/plain", "x")).response();
      assertThat(response.status()).isIn(400, 403);
      assertThat(response.field("X-Injected")).isNull();
    }
    bystanders.getMore(1);
  }

  @Test
  void dataThatLooksLikeAStreamStaysData() throws Exception {
    String data = "a\r\n\r\nid: zz-9\nevent: gap\rdata: {}\n\n: x\nretry: 1\n\n";
    try (RawClient reader = connect();
        RawClient publisher = connect()) {
      reader.send(get("/events/public/injected")).head();
      assertThat(
              publisher
                  .send(post("/events/public/injected", "text/plain", data))
                  .response()
                  .status())
          .isEqualTo(200);
      String line = reader.line();
      while (!line.startsWith("channel: ")) {
        line = reader.line();
      }
      for (String expected :
          List.of("a", "", "id: zz-9", "event: gap", "data: {}", "", ": x", "retry: 1", "", "")) {
        assertThat(reader.line()).isEqualTo("data: " + expected);
      }
      assertThat(reader.line()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k-1%0d%0aevent:%20gap",
        "%3Cscript%3E",
        "-1",
        "k-99999999999999999999",
        "%00",
        "k-1%0a%0a"
      })
  void whatComesAsAnIdIsNeverEchoed(String id) throws Exception {
    try (RawClient client = connect()) {
      client.send(get("/events/public/a?lastEventId=" + id)).head();
      StringBuilder block = new StringBuilder();
      String line = client.line();
      while (!line.startsWith("data: ")) {
        block.append(line).append('\n');
        line = client.line();
      }
      assertThat(block.toString()).doesNotContain("script", "gap", "99999", "%");
      assertThat(line).contains("\"resumed\":false");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Last-Event-ID: a\rb",
        "Last-Event-ID: a\u0000b",
        "Idempotency-Key: a\n b",
        "Cookie: a\n\tb"
      })
  void headsWithControlCharactersAreRefused(String field) throws Exception {
    try (RawClient client = connect()) {
      String request = "GET /events/public/a HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n\r\n";
      assertThat(client.send(request).response().status()).isEqualTo(400);
    }
  }

  // Hosts and paths

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "localhost@evil.example",
        "evil.example#localhost",
        "127.0.0.1.evil.example",
        "localhost:80:80",
        "localhost, evil.example",
        "[::2]",
        "0x7f.1",
        "127.1",
        "localhost%00",
        "localhost/evil",
        ""
      })
  void namesThatArentThisMachinesAreRefused(String host) throws Exception {
    try (RawClient client = connect()) {
      String request = "GET /events/public/a HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
      RawClient.Response response = client.send(request).response();
      assertThat(response.status() + " " + code(response))
          .isIn("403 foreign-host", "400 malformed-host");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//connections",
        "/./connections",
        "/events/../connections",
        "/connections/",
        "/connections/.",
        "/%63onnections",
        "/connections%2f",
        "/CONNECTIONS",
        "/connections;a=b",
        "/connections%00",
        "/stats/",
        "/stats%20",
        "/metrics?a=/health/live",
        "/health/live/../../stats",
        "/health/live%2f..%2f..%2fstats",
        "/page/../stats",
        "/page/..%2fstats",
        "/page/%2e%2e/pom.xml",
        "/page/..%5c..%5cpom.xml",
        "/page/%00",
        "/events/users/@me/..%2f..%2fmembers",
        "/history/public/..%2fmembers/a",
        "/events?channel=public/../members/a",
        "/events?channel=public/a&channel=members/a",
        "http://localhost/stats",
        "localhost:443",
        "/channels/members/a",
        "/connections/x"
      })
  void noWayOfWritingAPathGetsPastWhoMaySeeIt(String target) throws Exception {
    for (String more :
        List.of(
            "",
            "X-Original-URL: /health/live\r\n",
            "X-HTTP-Method-Override: OPTIONS\r\nX-Forwarded-For: 127.0.0.1\r\n",
            "Forwarded: for=127.0.0.1;host=localhost\r\nX-Forwarded-Host: localhost\r\n")) {
      try (RawClient client = connect()) {
        String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
        assertThat(client.send(request).response().status()).isIn(400, 401, 403, 404);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "TRACE", "PUT", "get", "PROPFIND", "DEBUG", "POST"})
  void otherMethodsDoNothing(String method) throws Exception {
    try (RawClient client = connect()) {
      client.send(method + " /stats HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.response().status()).isIn(400, 401, 405);
    }
  }

  // Request smuggling: what a proxy may take for a body is never a request here.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding:\u000bchunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 0\r\n",
        "Content-Length: 0x4\r\n"
      })
  void aSecondRequestInsideOfABodyIsNeverCarriedOut(String fields) throws Exception {
    EventId before = newestOfTheAttacker();
    try (RawClient client = connect()) {
      client.send(
          "POST /tickets HTTP/1.1\r\nHost: localhost\r\n"
              + KEY
              + fields
              + "\r\n0\r\n\r\n"
              + post("/events/public/a", "text/plain", "smuggled"));
      assertThat(client.response().status()).isEqualTo(400);
      assertThat(client.closedByServer()).isTrue();
    }
    assertThat(newestOfTheAttacker()).isEqualTo(before);
  }
}
