package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.sluice.hub.CloseReason;
import io.sluice.wire.Frames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 with prior knowledge through real sockets. */
class Http2IT {

  private static final Fields EVENTS = Fields.of("Content-Type", "text/event-stream");
  private static final int WINDOW = 65_535;

  private final BlockingQueue<RecordingOwner> owners = new LinkedBlockingQueue<>();
  private volatile Frames frames = new Frames(16);
  private volatile boolean ends;

  private final Router router =
      TestEndpoints.router()
          .route(
              "GET",
              "/large",
              exchange ->
                  exchange.respond(
                      200, TestEndpoints.TEXT, TestEndpoints.bytes("x".repeat(1 << 20))))
          .route(
              "GET",
              "/events",
              exchange ->
                  exchange.openStream(
                      EVENTS,
                      outlet -> {
                        RecordingOwner owner = new RecordingOwner(outlet, frames, ends);
                        owners.add(owner);
                        return owner;
                      }));

  private final TestServer server =
      new TestServer(
          Transport.fastest(1),
          new HttpLimits(
              16 << 10,
              20_000,
              Duration.ofSeconds(10),
              Duration.ofSeconds(75),
              Duration.ofMillis(300),
              Duration.ofMillis(300)),
          router);

  private final List<Http2TestClient> clients = new ArrayList<>();

  private Http2TestClient connect(int window, boolean consuming) {
    Http2TestClient client = new Http2TestClient(server.listener().address(), window, consuming);
    clients.add(client);
    return client;
  }

  @AfterEach
  void close() {
    clients.forEach(Http2TestClient::close);
    server.close();
  }

  @Test
  void answersManyRequestsOnOneConnection() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    List<Http2TestClient.Reply> replies = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      replies.add(client.request("GET", "/hello"));
    }
    for (Http2TestClient.Reply reply : replies) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text()).isEqualTo("hello");
      assertThat(reply.head.get().get("content-type")).asString().isEqualTo("text/plain");
      assertThat(reply.head.get().get("date")).asString().endsWith("GMT");
    }
  }

  @Test
  void takesABodyAndAnswersWithOneLargerThanTheWindow() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    Http2TestClient.Reply reply = client.request(Http2TestClient.headers("POST", "/echo"), false);
    String half = "x".repeat(300_000);
    client.data(reply, half, false);
    client.data(reply, half, true);
    assertThat(reply.text()).hasSize(600_000);
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    Http2TestClient.Reply reply = client.request("HEAD", "/hello");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.head.get().get("content-length")).asString().isEqualTo("5");
    assertThat(reply.text()).isEmpty();
  }

  @Test
  void refusesALongBodyAndStopsItsUpload() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    Http2TestClient.Reply reply =
        client.request(
            Http2TestClient.headers("POST", "/echo").add("content-length", "2000000000"), false);
    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.text()).contains("\"code\":\"too-large\"");
    assertThat(reply.reset.get(20, TimeUnit.SECONDS)).isEqualTo(Http2Error.NO_ERROR);
    assertThat(client.request("GET", "/hello").text()).isEqualTo("hello");
  }

  @Test
  void refusesABodyThatStalls() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    Http2TestClient.Reply reply = client.request(Http2TestClient.headers("POST", "/echo"), false);
    client.data(reply, "half of it", false);
    assertThat(reply.status()).isEqualTo(408);
    assertThat(reply.text()).contains("\"code\":\"body-timeout\"");
  }

  @Test
  void anEndpointThatFailsIsAnswered500AndOthersGoOn() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    assertThat(client.request("GET", "/broken").status()).isEqualTo(500);
    assertThat(client.request("GET", "/hello").text()).isEqualTo("hello");
  }

  @Test
  void takesABodyNoFasterThanTheEndpointDoes() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    Http2TestClient.Reply reply = client.request(Http2TestClient.headers("POST", "/slowly"), false);
    for (int i = 0; i < 20; i++) {
      client.data(reply, "y".repeat(20_000), i == 19);
    }
    assertThat(reply.text()).isEqualTo("400000");
  }

  @Test
  void streamsFramesInOrderThroughASmallWindow() throws Exception {
    frames = RecordingOwner.numbered(3000, 333);
    ends = true;
    Http2TestClient client = connect(1000, true);
    Http2TestClient.Reply reply = client.request("GET", "/events");
    assertThat(reply.text()).isEqualTo(RecordingOwner.all(3000, 333));
    assertThat(owner().allTaken.get(20, TimeUnit.SECONDS)).isGreaterThan(2);
  }

  @Test
  void aFrameLargerThanTheWindowArrivesWhole() throws Exception {
    frames = RecordingOwner.numbered(2, 500_000);
    ends = true;
    Http2TestClient client = connect(10_000, true);
    assertThat(client.request("GET", "/events").text()).isEqualTo(RecordingOwner.all(2, 500_000));
  }

  @Test
  void aStalledStreamDoesNotHoldUpAnother() throws Exception {
    frames = RecordingOwner.numbered(100, 1000);
    Http2TestClient client = connect(10_000, false);
    Http2TestClient.Reply stalled = client.request("GET", "/events");
    stalled.await(10_000);
    Http2TestClient.Reply other = client.request("GET", "/events");
    other.await(10_000);
    for (int got = 10_000; got < 100_000; got += 10_000) {
      client.consume(other, 10_000);
      other.await(got + 10_000);
    }
    assertThat(other.soFar()).isEqualTo(RecordingOwner.all(100, 1000));
    assertThat(stalled.soFar()).isEqualTo(RecordingOwner.all(10, 1000));
  }

  @Test
  void writesToAThousandStreamsOfOneConnection() throws Exception {
    frames = RecordingOwner.numbered(20, 400);
    ends = true;
    Http2TestClient client = connect(WINDOW, true);
    List<Http2TestClient.Reply> replies = new ArrayList<>();
    for (int i = 0; i < Http2Session.MAX_CONCURRENT_STREAMS; i++) {
      replies.add(client.request("GET", "/events"));
    }
    for (Http2TestClient.Reply reply : replies) {
      assertThat(reply.text()).isEqualTo(RecordingOwner.all(20, 400));
    }
  }

  @Test
  void tellsWhenTheClientResetsAStream() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    Http2TestClient.Reply reply = client.request("GET", "/events");
    assertThat(reply.status()).isEqualTo(200);
    client.reset(reply);
    assertThat(owner().gone.get(20, TimeUnit.SECONDS)).isEqualTo(CloseReason.CLIENT);
    assertThat(client.request("GET", "/hello").text()).isEqualTo("hello");
  }

  @Test
  void tellsAllStreamsWhenTheConnectionGoes() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    client.request("GET", "/events").head.get(20, TimeUnit.SECONDS);
    client.request("GET", "/events").head.get(20, TimeUnit.SECONDS);
    client.cut();
    owner().gone.get(20, TimeUnit.SECONDS);
    owner().gone.get(20, TimeUnit.SECONDS);
  }

  @Test
  void endsAConnectionWhoseClientResetsStreamsRapidly() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    for (int i = 0; i < 5000 && client.channel().isActive(); i++) {
      client.reset(client.request("GET", "/hello"));
    }
    assertThat(client.channel().closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void refusesAHeadOverTheLimit() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    Http2TestClient.Reply reply =
        client.request(
            Http2TestClient.headers("GET", "/hello").add("x-long", "z".repeat(17_000)), true);
    assertThat(reply.status()).isEqualTo(431);
  }

  @Test
  void keepsNoMoreThanABoundOfAnswersThatTheClientDoesntTake() throws Exception {
    Http2TestClient client = connect(1000, false);
    List<Http2TestClient.Reply> replies = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      replies.add(client.request("GET", "/large"));
    }
    assertThat(replies.getLast().reset.get(20, TimeUnit.SECONDS))
        .isEqualTo(Http2Error.REFUSED_STREAM);
    // And those that it keeps it drops, when the client goes on taking nothing of them.
    assertThat(replies.getFirst().reset.get(20, TimeUnit.SECONDS)).isEqualTo(Http2Error.CANCEL);
    replies.forEach(reply -> reply.reset.orTimeout(20, TimeUnit.SECONDS).join());
    assertThat(client.request("HEAD", "/large").status()).isEqualTo(200);
  }

  @Test
  void saysGoodbyeWhenItDrains() throws Exception {
    Http2TestClient client = connect(WINDOW, true);
    assertThat(client.request("GET", "/hello").text()).isEqualTo("hello");
    server.listener().drain();
    assertThat(client.goAway.get(20, TimeUnit.SECONDS)).isEqualTo(Http2Error.NO_ERROR.code());
  }

  private RecordingOwner owner() throws InterruptedException {
    return owners.poll(20, TimeUnit.SECONDS);
  }
}
