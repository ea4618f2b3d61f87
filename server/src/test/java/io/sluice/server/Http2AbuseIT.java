package io.sluice.server;

import static io.sluice.server.RawHttp2Client.CONTINUATION;
import static io.sluice.server.RawHttp2Client.DATA;
import static io.sluice.server.RawHttp2Client.END_HEADERS;
import static io.sluice.server.RawHttp2Client.END_STREAM;
import static io.sluice.server.RawHttp2Client.HEADERS;
import static io.sluice.server.RawHttp2Client.INITIAL_WINDOW_SIZE;
import static io.sluice.server.RawHttp2Client.PING;
import static io.sluice.server.RawHttp2Client.PRIORITY;
import static io.sluice.server.RawHttp2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.Http2Error;
import io.sluice.event.Publication;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients of HTTP/2 that ask for much and give nothing, on the one loop of a server on which
 * somebody else is subscribed: they are told to calm down and closed, and the other gets every
 * event.
 */
class Http2AbuseIT {

  private static final int CALM = (int) Http2Error.ENHANCE_YOUR_CALM.code();
  private static final int PROTOCOL = (int) Http2Error.PROTOCOL_ERROR.code();
  private static final Duration LONG = Duration.ofSeconds(30);

  private final SluiceServer server = start();
  private final List<AutoCloseable> clients = new ArrayList<>();
  private RawClient bystander;
  private int published;

  private static SluiceServer start() {
    try {
      return SluiceServer.start(
          Settings.of(Map.of("listen", "127.0.0.1:0", "loops", "1", "demo.enabled", "off")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void subscribe() throws IOException {
    bystander = new RawClient(server.address());
    clients.add(bystander);
    bystander.request("GET", "/events/bystander");
    assertThat(bystander.head().status()).isEqualTo(200);
    oneMoreArrives();
  }

  @AfterEach
  void everyEventHasArrivedAndTheServerAnswers() throws Exception {
    for (int i = 0; i < 20; i++) {
      oneMoreArrives();
    }
    for (AutoCloseable client : clients) {
      client.close();
    }
    RawHttp2Client after = RawHttp2Client.connect(server.address());
    assertThat(after.request(1, "GET", "/health/live").response(1)).isNotEmpty();
    after.close();
    server.close();
  }

  // The next event, and none in between is missing.
  private void oneMoreArrives() throws IOException {
    server.hub().publish(Publication.of("bystander", "event " + ++published)).join();
    String line = bystander.line();
    while (!line.startsWith("data: event ")) {
      line = bystander.line();
    }
    assertThat(line).isEqualTo("data: event " + published);
  }

  private RawHttp2Client connect() throws IOException {
    RawHttp2Client client = RawHttp2Client.connect(server.address());
    clients.add(client);
    return client;
  }

  /** Attacks until the server has closed, while events go on to the other. */
  private void flood(RawHttp2Client client, int times, IntConsumer attack) throws Exception {
    for (int i = 0; i < times && !client.isClosed(); i++) {
      attack.accept(i);
      if (i % 500 == 499) {
        client.flush();
        oneMoreArrives();
      }
    }
    client.flush();
  }

  private void isToldToCalmDown(RawHttp2Client client) throws Exception {
    isTold(client, CALM);
  }

  private void isTold(RawHttp2Client client, int error) throws Exception {
    client.closed.get(20, TimeUnit.SECONDS);
    // A reset, which closing with unread bytes is, may overtake the GOAWAY on its way to the
    // client.
    if (!client.goAway.isCompletedExceptionally()) {
      assertThat(client.goAway).isCompletedWithValue(error);
    }
  }

  @Test
  void pings() throws Exception {
    RawHttp2Client client = connect();
    flood(client, 5000, i -> client.send(PING, 0, 0, new byte[8]));
    isToldToCalmDown(client);
    assertThat(client.frames(PING)).isLessThanOrEqualTo(1001);
  }

  @Test
  void pingsOfAClientThatReadsNothing() throws Exception {
    RawHttp2Client client = RawHttp2Client.connectWithoutReading(server.address());
    clients.add(client);
    // The kernel takes some of it after the server has closed, and says so then.
    flood(client, 1_000_000, i -> client.send(PING, 0, 0, new byte[8]));
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void settings() throws Exception {
    RawHttp2Client client = connect();
    flood(client, 1000, i -> client.setting(INITIAL_WINDOW_SIZE, 65_535));
    isToldToCalmDown(client);
  }

  @Test
  void settingsThatConcernManyStreams() throws Exception {
    RawHttp2Client client = connect();
    for (int i = 0; i < 500; i++) {
      client.request(2 * i + 1, "GET", "/events/quiet");
    }
    await().atMost(LONG).until(() -> client.frames(HEADERS) == 500);
    flood(client, 1000, i -> client.setting(INITIAL_WINDOW_SIZE, 65_535 - i % 2));
    isToldToCalmDown(client);
    await().atMost(LONG).until(() -> server.hub().streams().size() == 1);
  }

  @Test
  void priorities() throws Exception {
    RawHttp2Client client = connect();
    flood(client, 5000, i -> client.send(PRIORITY, 0, 2 * i + 1, new byte[] {0, 0, 0, 0, 7}));
    isToldToCalmDown(client);
  }

  @Test
  void framesOfKindsThatNobodyKnows() throws Exception {
    RawHttp2Client client = connect();
    flood(client, 5000, i -> client.send(0xbe, 0, 0, new byte[8]));
    isToldToCalmDown(client);
  }

  @Test
  void windowsThatNothingIsSentThrough() throws Exception {
    RawHttp2Client client = connect();
    flood(client, 30_000, i -> client.windowUpdate(0, 1));
    isToldToCalmDown(client);
  }

  @Test
  void windowsOfAByte() throws Exception {
    server.hub().publish(Publication.of("long", "x".repeat(100_000))).join();
    RawHttp2Client client = connect();
    client.setting(INITIAL_WINDOW_SIZE, 0).request(1, "GET", "/events/long?since=earliest");
    flood(client, 30_000, i -> client.windowUpdate(1, 1));
    isToldToCalmDown(client);
    assertThat(client.received(1)).isBetween(1, 15_000);
  }

  @Test
  void streamsOfAClientThatNeverOpensAWindow() throws Exception {
    server.hub().publish(Publication.of("long", "x".repeat(100_000))).join();
    RawHttp2Client client = connect();
    client.setting(INITIAL_WINDOW_SIZE, 0);
    for (int i = 0; i < 1000; i++) {
      client.request(2 * i + 1, "GET", "/events/long?since=earliest");
    }
    await().atMost(LONG).until(() -> client.frames(HEADERS) == 1000);
    oneMoreArrives();
    assertThat(client.frames(DATA)).isZero();
  }

  @Test
  void resetsByTheClient() throws Exception {
    RawHttp2Client client = connect();
    flood(
        client,
        5000,
        i ->
            client
                .send(HEADERS, END_STREAM | END_HEADERS, 2 * i + 1, get("/events/quiet"))
                .send(RST_STREAM, 0, 2 * i + 1, RawHttp2Client.number(8)));
    isToldToCalmDown(client);
    await().atMost(LONG).until(() -> server.hub().streams().size() == 1);
  }

  @Test
  void resetsThatTheServerIsMadeToSend() throws Exception {
    RawHttp2Client client = connect();
    flood(
        client,
        5000,
        i ->
            client
                .send(HEADERS, END_STREAM | END_HEADERS, 2 * i + 1, get("/events/quiet"))
                .windowUpdate(2 * i + 1, 0)); // no window can grow by nothing
    isToldToCalmDown(client);
    await().atMost(LONG).until(() -> server.hub().streams().size() == 1);
  }

  @Test
  void moreStreamsThanThereMayBe() throws Exception {
    RawHttp2Client client = connect();
    int most = Http2Session.MAX_CONCURRENT_STREAMS;
    for (int i = 0; i < most; i++) {
      client.request(2 * i + 1, "GET", "/events/quiet");
    }
    client.request(2 * most + 1, "GET", "/events/quiet");
    assertThatThrownBy(() -> client.response(2 * most + 1))
        .hasStackTraceContaining("reset: " + Http2Error.REFUSED_STREAM.code());
    assertThat(client.isClosed()).isFalse();
    assertThat(server.hub().streams().size()).isEqualTo(most + 1);

    flood(
        client,
        5000,
        i ->
            client.send(
                HEADERS, END_STREAM | END_HEADERS, 2 * (most + i) + 3, get("/events/quiet")));
    isToldToCalmDown(client);
  }

  @Test
  void dataWithoutBytes() throws Exception {
    RawHttp2Client client = connect();
    client.send(HEADERS, END_HEADERS, 1, RawHttp2Client.head("POST", "/events/news"));
    flood(client, 1000, i -> client.send(DATA, 0, 1));
    isToldToCalmDown(client);
  }

  @Test
  void dataThatAStreamHasNoUseFor() throws Exception {
    RawHttp2Client client = connect();
    client.send(HEADERS, END_HEADERS, 1, get("/events/quiet"));
    flood(client, 3, i -> client.send(DATA, 0, 1, new byte[16_000]));
    assertThatThrownBy(() -> client.response(1)).hasStackTraceContaining("reset: " + CALM);
    assertThat(client.request(3, "GET", "/health/live").response(3)).isNotEmpty();
  }

  @Test
  void aHeadInManyPieces() throws Exception {
    RawHttp2Client client = connect();
    client.send(HEADERS, END_STREAM, 1, get("/health/live"));
    flood(client, 1000, i -> client.send(CONTINUATION, 0, 1));
    isToldToCalmDown(client);
  }

  @Test
  void aHeadThatNeverEnds() throws Exception {
    RawHttp2Client client = connect();
    client.send(HEADERS, END_STREAM, 1, get("/health/live"));
    flood(client, 1000, i -> client.send(CONTINUATION, 0, 1, new byte[10_000]));
    isTold(client, PROTOCOL);
  }

  @Test
  void aHeadThatGrowsWhenItIsRead() throws Exception {
    RawHttp2Client client = connect();
    // A field of 4,000 bytes that the table remembers, and then a thousand references to it, a byte
    // each (RFC 7541, section 6.1).
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    byte[] plain = RawHttp2Client.head("GET", "/health/live", "x", "y".repeat(4000));
    int field = plain.length - 4000 - 3 - 3;
    block.write(plain, 0, field);
    block.write(0x40);
    block.write(plain, field + 1, plain.length - field - 1);
    for (int i = 0; i < 1000; i++) {
      block.write(0x80 | 62);
    }
    client.send(HEADERS, END_STREAM | END_HEADERS, 1, block.toByteArray()).flush();
    assertThat(client.response(1)).isEmpty();
    assertThat(client.head(1)).contains("431");
    assertThat(client.request(3, "GET", "/health/live").response(3)).isNotEmpty();
  }

  private static byte[] get(String path) {
    return RawHttp2Client.head("GET", path);
  }
}
