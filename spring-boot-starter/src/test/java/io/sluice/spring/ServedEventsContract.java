package io.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What holds for streams through the application's own server, whichever that is. */
@Timeout(300)
abstract class ServedEventsContract {

  static final String ALICE = basic("alice");
  static final String BOB = basic("bob");

  /** News are everybody's, the rest is whose name it has. */
  static SubscriptionPolicy policy() {
    return (caller, channel) ->
        ChannelPattern.parse("news/**").covers(channel)
            || (caller.name() != null
                && ChannelPattern.parse("users/" + caller.name() + "/**").covers(channel));
  }

  /** Who may write, may publish. */
  static PublishPolicy publishing() {
    return (caller, channel) -> caller.has("ROLE_WRITER");
  }

  private static String basic(String user) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":secret").getBytes(StandardCharsets.ISO_8859_1));
  }

  @Autowired Hub hub;
  @LocalServerPort int port;

  String url(String rest) {
    return "http://127.0.0.1:" + port + "/events" + rest;
  }

  String publish(String channel, String data) {
    return hub.publish(Publication.of(channel, data)).join().first().toString();
  }

  private void awaitStreams(int count) {
    Awaitility.await().until(() -> hub.streams().size() == count);
  }

  // ---- streams

  @Test
  void streamHasTheHubsHeadAndBringsEvents() {
    try (Probe probe = Probe.open(url("/news/one"))) {
      assertThat(probe.header("content-type")).isEqualTo("text/event-stream");
      assertThat(probe.header("cache-control")).isEqualTo("no-cache, no-transform");
      assertThat(probe.header("x-accel-buffering")).isEqualTo("no");
      Map<String, String> connected = probe.next();
      assertThat(connected).containsEntry("event", "connected").containsKey("retry");
      assertThat(connected.get("data")).contains("\"channels\":[\"news/one\"]");
      String id = publish("news/one", "hello");
      assertThat(probe.next()).containsEntry("data", "hello").containsEntry("id", id);
    }
  }

  @Test
  void quietStreamGetsHeartbeatsWithItsPosition() {
    try (Probe probe = Probe.open(url("/news/quiet"))) {
      Map<String, String> connected = probe.next();
      Map<String, String> beat = probe.block();
      assertThat(beat).containsOnlyKeys("id");
      assertThat(EventId.parse(beat.get("id")).epoch())
          .isEqualTo(EventId.parse(connected.get("id")).epoch());
    }
  }

  @Test
  void clientThatWasCutGetsWhatItMissedInOrderAndOnce() {
    String last;
    try (Probe probe = Probe.open(url("?channel=news/cut"))) {
      probe.next();
      publish("news/cut", "0");
      last = probe.next().get("id");
    }
    for (int i = 1; i <= 500; i++) {
      publish("news/cut", "" + i);
    }
    try (Probe probe = Probe.open(url("?channel=news/cut"), "Last-Event-ID", last)) {
      assertThat(probe.next().get("data")).contains("\"resumed\":true");
      publish("news/cut", "501");
      assertThat(probe.data(501))
          .isEqualTo(IntStream.rangeClosed(1, 501).mapToObj(Integer::toString).toList());
    }
    try (Probe probe = Probe.open(url("?channel=news/cut&lastEventId=" + last))) {
      probe.next();
      assertThat(probe.data(1)).containsExactly("1");
    }
  }

  @Test
  void sinceAndLastReadWhatIsRetained() {
    publish("news/past", "a");
    publish("news/past", "b");
    try (Probe probe = Probe.open(url("?channel=news/past&since=earliest"))) {
      probe.next();
      assertThat(probe.data(2)).containsExactly("a", "b");
    }
    try (Probe probe = Probe.open(url("?channel=news/past&last=1"))) {
      probe.next();
      assertThat(probe.data(1)).containsExactly("b");
    }
  }

  @Test
  void idFromElsewhereIsAGapAndNotAnError() {
    try (Probe probe = Probe.open(url("/news/gap"), "Last-Event-ID", "zzzz-7")) {
      assertThat(probe.next().get("data")).contains("\"resumed\":false");
      Map<String, String> gap = probe.next();
      assertThat(gap).containsEntry("event", "gap");
      assertThat(gap.get("data")).contains("\"reason\":\"reset\"");
    }
  }

  @Test
  void largeEventComesWhole() {
    String large = "x".repeat(1_000_000);
    try (Probe probe = Probe.open(url("/news/large"))) {
      probe.next();
      publish("news/large", large);
      publish("news/large", "small");
      assertThat(probe.data(2)).containsExactly(large, "small");
    }
  }

  @Test
  void headIsAnsweredWithoutAStream() {
    int before = hub.streams().size();
    HttpResponse<Void> head =
        Probe.send(
            HttpRequest.newBuilder(URI.create(url("/news/one"))).HEAD().build(),
            HttpResponse.BodyHandlers.discarding());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(hub.streams().size()).isLessThanOrEqualTo(before);
  }

  @Test
  void closedClientIsNoticed() {
    try (Probe probe = Probe.open(url("/news/left"))) {
      probe.next();
    }
    awaitStreams(0);
  }

  @Test
  void slowClientFallsBehindWhileOthersStillReceive() throws IOException {
    String filler = "y".repeat(8000);
    try (Socket slow = new Socket();
        Probe quick = Probe.open(url("/news/slow"))) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      slow.getOutputStream()
          .write(
              "GET /events/news/slow HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.ISO_8859_1));
      quick.next();
      Awaitility.await().until(() -> hub.streams().size() >= 2);
      for (int i = 0; i < 2000; i++) {
        publish("news/slow", i + filler);
      }
      List<String> received = quick.data(2000);
      assertThat(received.getLast()).startsWith("1999");
      // It is behind by more than what a server and two sockets could hold, and is still there.
      Awaitility.await().until(() -> hub.figures().maxLag() > 100);
    }
    awaitStreams(0);
  }

  /** A stream that a client opens and, once it has begun, cuts. */
  private void openAndCut() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoLinger(true, 0);
      socket
          .getOutputStream()
          .write(
              "GET /events/news/churn HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.ISO_8859_1));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String line = lines.readLine();
      while (!line.startsWith("event: connected")) {
        line = lines.readLine();
      }
    }
  }

  @Test
  void nothingIsLeftOfClientsThatCameAndWent() throws Exception {
    int clients = Integer.getInteger("spring.churn", 300);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Void>> all =
          Collections.nCopies(
              clients,
              () -> {
                openAndCut();
                return null;
              });
      for (Future<Void> one : threads.invokeAll(all)) {
        one.get();
      }
    }
    awaitStreams(0);
    // What a server keeps for its next requests is a few; what leaks is one for each client.
    Awaitility.await()
        .untilAsserted(
            () -> {
              Map<String, Long> live = Heap.instances();
              assertThat(live.getOrDefault("io.sluice.hub.Stream", 0L)).isLessThan(30);
              assertThat(live.getOrDefault(outlet().getName(), 0L)).isLessThan(30);
            });
  }

  /** What the streams of this server are written by. */
  abstract Class<?> outlet();

  // ---- who may

  @Test
  void policySaysWhoSubscribes() {
    assertThat(Probe.get(url("/users/alice/inbox")).statusCode()).isEqualTo(401);
    HttpResponse<String> bobs = Probe.get(url("/users/alice/inbox"), "Authorization", BOB);
    assertThat(bobs.statusCode()).isEqualTo(403);
    assertThat(bobs.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(bobs.body()).contains("\"code\":\"forbidden-channel\"", "users/alice/inbox");
    try (Probe probe = Probe.open(url("/users/alice/inbox"), "Authorization", ALICE)) {
      assertThat(probe.next()).containsEntry("event", "connected");
    }
  }

  @Test
  void oneForbiddenChannelAmongSeveralForbidsTheStream() {
    assertThat(
            Probe.get(url("?channel=news/one&channel=users/**"), "Authorization", BOB).statusCode())
        .isEqualTo(403);
    assertThat(Probe.get(url(""), "Authorization", BOB).statusCode()).isEqualTo(403); // means **
  }

  @Test
  void meIsTheCaller() {
    try (Probe probe = Probe.open(url("?channel=users/@me/inbox"), "Authorization", ALICE)) {
      assertThat(probe.next().get("data")).contains("users/alice/inbox");
    }
    assertThat(Probe.get(url("?channel=users/@me/inbox")).statusCode()).isEqualTo(401);
  }

  @Test
  void wrongRequestsAreRefusedWithWhatIsWrong() {
    HttpResponse<String> channel = Probe.get(url("?channel=a//b"));
    assertThat(channel.statusCode()).isEqualTo(400);
    assertThat(channel.body()).contains("\"code\":\"invalid-channel\"");
    assertThat(Probe.get(url("/news/one?since=yesterday")).body())
        .contains("\"code\":\"invalid-since\"", "yesterday");
    HttpResponse<String> method =
        Probe.send(
            HttpRequest.newBuilder(URI.create(url("/news/one"))).DELETE().build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("allow")).contains("GET, HEAD, POST");
    assertThat(Probe.get(url("/")).statusCode()).isEqualTo(404);
  }

  // ---- publishing over HTTP

  @Test
  void policySaysWhoPublishes() {
    try (Probe probe = Probe.open(url("/news/posted"))) {
      probe.next();
      HttpResponse<String> bobs =
          Probe.post(url("/news/posted"), "no", "Authorization", BOB, "Content-Type", "text/plain");
      assertThat(bobs.statusCode()).isEqualTo(403);
      HttpResponse<String> posted =
          Probe.post(
              url("/news/posted?type=t&key=k"),
              "hello",
              "Authorization",
              ALICE,
              "Content-Type",
              "text/plain");
      assertThat(posted.statusCode()).isEqualTo(200);
      Map<String, String> event = probe.next();
      assertThat(event).containsEntry("event", "t").containsEntry("data", "hello");
      assertThat(posted.body()).isEqualTo("{\"id\":\"" + event.get("id") + "\"}");
    }
  }

  @Test
  void publishIsNotDoubledUnderItsKeyAndABodyIsBounded() {
    String[] headers = {
      "Authorization", ALICE, "Content-Type", "text/plain", "Idempotency-Key", "one"
    };
    String first = Probe.post(url("/news/once"), "a", headers).body();
    assertThat(Probe.post(url("/news/once"), "a", headers).body()).isEqualTo(first);
    HttpResponse<String> large =
        Probe.post(
            url("/news/once"),
            "z".repeat((1 << 20) + 1),
            "Authorization",
            ALICE,
            "Content-Type",
            "text/plain");
    assertThat(large.statusCode()).isEqualTo(413);
  }
}
