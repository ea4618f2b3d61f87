package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients must not do: too much, too slowly, or nonsense. */
class Http1LimitsIT {

  private static final int HEAD_BYTES = 16 << 10;
  private static final int BODY_BYTES = 1000;

  private final Router router =
      new Router()
          .route("GET", "/hello", exchange -> exchange.respond(200, Fields.NONE, bytes("hello")))
          .route(
              "POST",
              "/echo",
              exchange ->
                  exchange.aggregate(BODY_BYTES, body -> exchange.respond(200, Fields.NONE, body)));

  private TestServer server = serve(10_000, 10_000, 10_000, 100);

  private TestServer serve(int headMillis, int idleMillis, int bodyMillis, int connections) {
    HttpLimits limits =
        new HttpLimits(
            HEAD_BYTES,
            connections,
            Duration.ofMillis(headMillis),
            Duration.ofMillis(idleMillis),
            Duration.ofMillis(bodyMillis),
            Duration.ofSeconds(30));
    return new TestServer(limits, router);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void restart(int headMillis, int idleMillis, int bodyMillis, int connections) {
    server.close();
    server = serve(headMillis, idleMillis, bodyMillis, connections);
  }

  @Test
  void cutsAHeadThatDrips() throws Exception {
    restart(200, 10_000, 10_000, 100);
    try (RawClient client = server.connect()) {
      client.send("GET /hello HTTP/1.1\r\nHost: a\r\n");
      // A field now and then, until the server has had enough: progress is no excuse.
      ScheduledExecutorService dripping = Executors.newSingleThreadScheduledExecutor();
      try {
        dripping.scheduleAtFixedRate(() -> drip(client), 0, 20, TimeUnit.MILLISECONDS);
        assertThat(client.response().text()).contains("\"code\":\"head-timeout\"");
      } finally {
        dripping.shutdownNow();
      }
    }
    assertThat(server.refusals()).extracting(Problem::status).containsExactly(408);
  }

  private static void drip(RawClient client) {
    try {
      client.send("X: y\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the server has closed: no more drops
    }
  }

  @Test
  void cutsAConnectionThatSaysNothing() throws IOException {
    restart(200, 10_000, 10_000, 100);
    try (RawClient client = server.connect()) {
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void cutsAHeadThatStopsAfterAWholeRequest() throws IOException {
    restart(200, 10_000, 10_000, 100);
    try (RawClient client = server.connect()) {
      client.request("GET", "/hello").send("GET /hello HTTP/1.1\r\nHost: a\r\n");
      assertThat(client.response().text()).isEqualTo("hello");
      assertThat(client.response().status()).isEqualTo(408);
    }
  }

  @Test
  void cutsThePrefaceOfHttp2ThatStopsHalfWay() throws IOException {
    restart(200, 10_000, 10_000, 100);
    try (RawClient client = server.connect()) {
      client.send("PRI * HTTP/2.0\r\n\r\n");
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void cutsABodyThatStalls() throws IOException {
    restart(10_000, 10_000, 200, 100);
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Content-Length: 10").send("12345");
      assertThat(client.response().text()).contains("\"code\":\"body-timeout\"");
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void closesAnIdleConnection() throws IOException {
    restart(10_000, 200, 10_000, 100);
    try (RawClient client = server.connect()) {
      assertThat(client.request("GET", "/hello").response().text()).isEqualTo("hello");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void refusesOneConnectionTooMany() throws IOException {
    restart(10_000, 10_000, 10_000, 3);
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        clients.add(server.connect());
        assertThat(clients.get(i).request("GET", "/hello").response().status()).isEqualTo(200);
      }
      try (RawClient fourth = server.connect()) {
        RawClient.Response response = fourth.response();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.field("Retry-After")).isEqualTo("5");
        assertThat(response.text()).contains("\"code\":\"too-many-connections\"");
        assertThat(fourth.closedByServer()).isTrue();
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void refusesALongTarget() throws IOException {
    assertRefused("GET /" + "a".repeat(HEAD_BYTES) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
  }

  @Test
  void refusesALongField() throws IOException {
    assertRefused("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(HEAD_BYTES) + "\r\n\r\n", 431);
  }

  @Test
  void refusesATargetAndFieldsThatAreTooLongTogether() throws IOException {
    String half = "a".repeat(HEAD_BYTES / 2);
    assertRefused("GET /" + half + " HTTP/1.1\r\nHost: a\r\nX: " + half + "\r\n\r\n", 431);
  }

  @Test
  void refusesTooManyFields() throws IOException {
    assertRefused("GET / HTTP/1.1\r\nHost: a\r\n" + "a: b\r\n".repeat(101) + "\r\n", 431);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // what request smuggling is made of
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 4\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\n",
        // heads that aren't
        "GET /hello HTTP/1.1\nHost: a\n\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nX\u0000Y: z\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\n: z\r\n\r\n",
        "GET /hello HTTP/1.1\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /hello\r\n\r\n",
        "GET\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
        "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n"
      })
  void refusesNonsenseAndCloses(String request) throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response = client.send(request).response();
      assertThat(response.status()).isIn(400, 505);
      assertThat(response.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(response.field("Connection")).isEqualTo("close");
      assertThat(client.closedByServer()).isTrue();
    }
    assertOthersAreServed();
  }

  @Test
  void survivesRandomBytes() throws IOException {
    Random random = new Random(20_260_131);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[1 + random.nextInt(3000)];
      random.nextBytes(bytes);
      try (RawClient client = server.connect()) {
        client.send(bytes).send("\r\n\r\n").closeOutput();
        assertThat(client.closedByServer()).isTrue();
      }
    }
    assertOthersAreServed();
  }

  @Test
  void refusesALongBodyWithoutReadingIt() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Content-Length: 2000000000");
      RawClient.Response response = client.response();
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.text()).contains("\"code\":\"too-large\"", "1000 bytes");
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void aClientThatWaitsToContinueIsRefusedBeforeItSends() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Content-Length: 2000000000", "Expect: 100-continue");
      assertThat(client.response().status()).isEqualTo(413);
    }
  }

  @Test
  void aClientThatSendsItsLongBodyFirstSeesTheRefusal() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Content-Length: 500000").send("x".repeat(500_000));
      assertThat(client.response().status()).isEqualTo(413);
    }
  }

  @Test
  void refusesChunksThatAreTooMuchTogether() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Transfer-Encoding: chunked");
      String chunk = "c8\r\n" + "x".repeat(200) + "\r\n";
      assertThat(client.send(chunk.repeat(6)).response().status()).isEqualTo(413);
      assertThat(client.closedByServer()).isTrue();
    }
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Transfer-Encoding: chunked");
      String chunk = "c8\r\n" + "x".repeat(200) + "\r\n";
      assertThat(client.send(chunk.repeat(5) + "0\r\n\r\n").response().status()).isEqualTo(200);
    }
  }

  private void assertRefused(String request, int status) throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response = client.send(request).response();
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(client.closedByServer()).isTrue();
    }
    assertOthersAreServed();
  }

  private void assertOthersAreServed() throws IOException {
    try (RawClient client = server.connect()) {
      assertThat(client.request("GET", "/hello").response().text()).isEqualTo("hello");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
