package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many requests of the whole server may wait for bodies and answers, on both protocols. */
class PendingRequestsIT {

  private static final int LIMIT = 2;
  private static final Fields EVENTS = Fields.of("Content-Type", "text/event-stream");

  private final BlockingQueue<Exchange> waiting = new LinkedBlockingQueue<>();
  private final PendingRequests pending = new PendingRequests(LIMIT);
  private final Transport transport = Transport.fastest(1);
  private final List<AutoCloseable> clients = new ArrayList<>();
  private HttpListener listener;

  @BeforeEach
  void serve() throws IOException {
    Router router =
        new Router()
            .route("GET", "/hello", exchange -> exchange.respond(200, Fields.NONE, bytes("hello")))
            .route("GET", "/later", waiting::add)
            .route(
                "POST",
                "/echo",
                exchange ->
                    exchange.aggregate(1000, body -> exchange.respond(200, Fields.NONE, body)));
    listener =
        HttpListener.bind(
            transport,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new HttpService(
                router, HttpLimits.standard(), problem -> {}, ProxySettings.NONE, pending));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    listener.close();
    transport.close(Duration.ofSeconds(5));
  }

  private RawClient connect() throws IOException {
    RawClient client = new RawClient(listener.address());
    clients.add(client);
    return client;
  }

  private Http2TestClient connect2() {
    Http2TestClient client = new Http2TestClient(listener.address(), 65_535, true);
    clients.add(client);
    return client;
  }

  private RawClient halfAPost() throws IOException {
    return connect().request("POST", "/echo", "Content-Length: 6").send("abc");
  }

  private void awaitPending(int number) {
    await().atMost(Duration.ofSeconds(20)).until(() -> pending.now() == number);
  }

  private Exchange exchange() throws InterruptedException {
    return waiting.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void oneMoreThanTheLimitIsToldToComeBackWhileOthersAreAnswered() throws Exception {
    RawClient first = halfAPost();
    RawClient second = halfAPost();
    awaitPending(LIMIT);

    RawClient.Response refused = halfAPost().response();
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.field("Retry-After")).isEqualTo("1");
    assertThat(refused.text()).contains("\"code\":\"too-many-pending\"");
    // What needs not wait is answered as always.
    assertThat(connect().request("GET", "/hello").response().text()).isEqualTo("hello");

    assertThat(first.send("def").response().text()).isEqualTo("abcdef");
    awaitPending(LIMIT - 1);
    assertThat(halfAPost().send("def").response().text()).isEqualTo("abcdef");
    assertThat(second.send("def").response().text()).isEqualTo("abcdef");
    awaitPending(0);
  }

  @Test
  void aClientThatGoesGivesItsPlaceBack() throws Exception {
    RawClient first = halfAPost();
    RawClient second = connect().request("GET", "/later");
    awaitPending(LIMIT);
    first.close();
    // With a reset: after a mere end of its side a client may still wait for its answer.
    second.reset();
    awaitPending(0);
  }

  @Test
  void whatAnEndpointAnswersAfterTheRefusalIsDroppedAndTheConnectionGoesOn() throws Exception {
    halfAPost();
    halfAPost();
    awaitPending(LIMIT);
    RawClient late = connect().request("GET", "/later");
    assertThat(late.response().status()).isEqualTo(503);
    Exchange exchange = exchange();
    exchange
        .loop()
        .execute(
            () -> {
              exchange.respond(200, Fields.NONE, bytes("late"));
              exchange.refuse(Problem.internalError());
              exchange.openStream(
                  EVENTS,
                  outlet -> {
                    throw new AssertionError("opened");
                  });
              assertThat(exchange.begin(200, Fields.NONE).closed()).isTrue();
            });
    assertThat(late.request("GET", "/hello").response().text()).isEqualTo("hello");
  }

  @Test
  void aRequestThatBecomesAStreamIsNotPendingAnyMore() throws Exception {
    RawClient stream = connect().request("GET", "/later");
    Exchange exchange = exchange();
    awaitPending(1);
    exchange
        .loop()
        .execute(
            () ->
                exchange.openStream(
                    EVENTS,
                    outlet -> new RecordingOwner(outlet, RecordingOwner.numbered(1, 10), false)));
    assertThat(stream.head().status()).isEqualTo(200);
    awaitPending(0);
  }

  @Test
  void streamsOfHttp2CountToo() throws Exception {
    Http2TestClient client = connect2();
    Http2TestClient.Reply first = client.request(Http2TestClient.headers("POST", "/echo"), false);
    client.data(first, "abc", false);
    Http2TestClient.Reply second = client.request("GET", "/later");
    awaitPending(LIMIT);

    Http2TestClient.Reply refused = client.request(Http2TestClient.headers("POST", "/echo"), false);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.head.get().get("retry-after")).asString().isEqualTo("1");
    assertThat(client.request("GET", "/hello").text()).isEqualTo("hello");

    client.reset(second);
    awaitPending(1);
    client.data(first, "def", true);
    assertThat(first.text()).isEqualTo("abcdef");
    awaitPending(0);
  }

  @Test
  void aConnectionOfHttp2ThatGoesGivesAllItsPlacesBack() throws Exception {
    Http2TestClient client = connect2();
    client.request("GET", "/later");
    client.request("GET", "/later");
    awaitPending(LIMIT);
    client.cut();
    awaitPending(0);
    // And who is told of it late takes none.
    Exchange exchange = exchange();
    exchange.loop().execute(() -> exchange.run(ignored -> {}));
    assertThat(connect().request("GET", "/hello").response().text()).isEqualTo("hello");
    assertThat(pending.now()).isZero();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
