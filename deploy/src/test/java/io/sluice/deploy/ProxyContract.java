package io.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.deploy.PlainEventSource.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a proxy before a hub has to do with each of the configurations, whichever proxy it is. */
@Timeout(120)
abstract class ProxyContract {

  private static final byte[] CLIENT = {127, 0, 0, 2};
  private static final byte[] OTHER_CLIENT = {127, 0, 0, 3};

  @TempDir static Path folder;
  private static Certificate certificate;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = Certificate.make(folder);
  }

  /**
   * Starts the proxy before hubs on this machine.
   *
   * @param hubs their ports, one or two
   * @param folder to write to
   */
  abstract Proxy start(List<Integer> hubs, Certificate certificate, Path folder) throws IOException;

  /** Whether it lets an answer over HTTP/1.1 begin while the request goes on. */
  boolean answersHttp1WhileItAsks() {
    return true;
  }

  @Test
  void streamBeginsAtOnceAndEachEventComesByItself() throws Exception {
    try (HubProcess hub = HubProcess.start("--stream.heartbeat=1s");
        Proxy proxy = start(List.of(hub.port()), certificate, folder);
        HttpClient http = client(Version.HTTP_2, CLIENT);
        PlainEventSource source =
            new PlainEventSource(
                http, proxy.url() + "/events/news", "Accept-Encoding", "gzip, deflate, br")) {
      // Nothing was published: this is the head and the first block alone, before anything else.
      assertThat(source.next().type()).isEqualTo("connected");
      for (int i = 0; i < 5; i++) {
        hub.publish("news", "event " + i);
        assertThat(source.next().data()).isEqualTo("event " + i);
      }
      await().until(() -> source.heartbeats() >= 2);
      assertThat(source.heads()).hasSize(1);
      PlainEventSource.Head head = source.heads().getFirst();
      assertThat(head.version()).isEqualTo(Version.HTTP_2);
      assertThat(head.fields().firstValue("Content-Encoding")).isEmpty();
      assertThat(head.fields().firstValue("Cache-Control")).hasValue("no-cache, no-transform");
    }
  }

  @Test
  void streamsOverHttp1Too() throws Exception {
    try (HubProcess hub = HubProcess.start();
        Proxy proxy = start(List.of(hub.port()), certificate, folder);
        HttpClient http = client(Version.HTTP_1_1, CLIENT);
        PlainEventSource source = new PlainEventSource(http, proxy.url() + "/events/news")) {
      assertThat(source.next().type()).isEqualTo("connected");
      hub.publish("news", "hello");
      assertThat(source.next().data()).isEqualTo("hello");
      assertThat(source.heads().getFirst().version()).isEqualTo(Version.HTTP_1_1);
    }
  }

  @Test
  void eventSourceComesBackAfterTheHubWasGoneAndMissesNothing(@TempDir Path data) throws Exception {
    try (HubProcess hub = HubProcess.start("--data=" + data);
        Proxy proxy = start(List.of(hub.port()), certificate, folder);
        HttpClient http = client(Version.HTTP_2, CLIENT);
        PlainEventSource source = new PlainEventSource(http, proxy.url() + "/events/news")) {
      assertThat(source.next().type()).isEqualTo("connected");
      String first = hub.publish("news", "before");
      assertThat(source.next()).isEqualTo(new Event(first, "message", "before"));

      hub.kill();

      // The proxy's own answers: each is a stream, and says when to come back.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> source.failure() != null || source.heads().size() >= 3);
      assertThat(source.failure()).as(proxy.toString()).isNull();
      assertThat(source.retries()).hasSizeGreaterThanOrEqualTo(2);
      assertThat(source.retries().subList(1, source.retries().size()))
          .allSatisfy(retry -> assertThat(retry).isBetween(2000L, 8000L));
      // What isn't a stream is told the truth.
      assertThat(status(http, proxy.url() + "/history/news")).isIn(502, 503);

      hub.startAgain();
      String second = hub.publish("news", "after");
      assertThat(source.nextPublished()).isEqualTo(new Event(second, "message", "after"));
    }
  }

  @Test
  void answersEachLineThatIsPublishedWhileTheRequestGoesOnOverHttp2() throws Exception {
    publishLines("--http2");
  }

  @Test
  void answersEachLineThatIsPublishedWhileTheRequestGoesOnOverHttp1() throws Exception {
    Program.assume(
        answersHttp1WhileItAsks(),
        "not run: this proxy can't answer over HTTP/1.1 while the request goes on");
    publishLines("--http1.1");
  }

  private void publishLines(String version) throws Exception {
    Program curl = Program.find("curl");
    try (HubProcess hub = HubProcess.start();
        Proxy proxy = start(List.of(hub.port()), certificate, folder)) {
      // "-T ." is standard input that doesn't keep curl from reading the answer.
      Process publisher =
          new ProcessBuilder(
                  curl.command(
                      "-N",
                      "--no-progress-meter",
                      "--cacert",
                      certificate.chain().toString(),
                      version,
                      "-X",
                      "POST",
                      "-H",
                      "Content-Type: application/x-ndjson",
                      "-T",
                      ".",
                      proxy.url() + "/publish"))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (OutputStream request = publisher.getOutputStream();
          BufferedReader answers = publisher.inputReader(StandardCharsets.UTF_8)) {
        for (int i = 0; i < 3; i++) {
          String line = "{\"channel\":\"news\",\"data\":\"line " + i + "\"}\n";
          request.write(line.getBytes(StandardCharsets.UTF_8));
          request.flush();
          assertThat(answers.readLine()).startsWith("{\"id\":");
        }
        request.close();
        assertThat(answers.readLine()).isNull();
        assertThat(publisher.waitFor()).isZero();
      } finally {
        publisher.destroyForcibly();
      }
    }
  }

  @Test
  void hubCountsTheClientsAddressWhateverTheClientSaysOfIt() throws Exception {
    try (HubProcess hub =
            HubProcess.start("--proxies.trusted=127.0.0.1", "--limits.connections-per-address=2");
        Proxy proxy = start(List.of(hub.port()), certificate, folder);
        HttpClient http = client(Version.HTTP_2, CLIENT);
        HttpClient other = client(Version.HTTP_2, OTHER_CLIENT)) {
      String stream = proxy.url() + "/events/news";
      try (PlainEventSource first = new PlainEventSource(http, stream);
          PlainEventSource second = new PlainEventSource(http, stream)) {
        assertThat(first.next().type()).isEqualTo("connected");
        assertThat(second.next().type()).isEqualTo("connected");
        try (PlainEventSource third =
                new PlainEventSource(
                    http, stream, "X-Forwarded-For", "10.9.8.7", "Forwarded", "for=10.9.8.7");
            PlainEventSource elsewhere = new PlainEventSource(other, stream)) {
          assertThat(elsewhere.next().type()).isEqualTo("connected");
          await().until(() -> third.failure() != null);
          assertThat(third.failure()).startsWith("429");
        }
      }
    }
  }

  @Test
  void streamsGoToTheHubThatHasTheFewestAndLeaveTheOneThatStops() throws Exception {
    try (HubProcess one = HubProcess.start();
        HubProcess two = HubProcess.start();
        Proxy proxy = start(List.of(one.port(), two.port()), certificate, folder);
        HttpClient http = client(Version.HTTP_1_1, CLIENT)) {
      List<PlainEventSource> sources = new ArrayList<>();
      try {
        for (int i = 0; i < 20; i++) {
          PlainEventSource source = new PlainEventSource(http, proxy.url() + "/events/news");
          sources.add(source);
          assertThat(source.next().type()).isEqualTo("connected");
        }
        assertThat(one.streams()).isBetween(9, 11);
        assertThat(two.streams()).isEqualTo(20 - one.streams());

        assertThat(one.stop()).isZero();

        await().atMost(Duration.ofSeconds(30)).until(() -> two.streams() == 20);
        assertThat(sources).extracting(PlainEventSource::failure).containsOnlyNulls();
      } finally {
        sources.forEach(PlainEventSource::close);
      }
    }
  }

  @Test
  void keepsAHubsFiguresToItself() throws Exception {
    try (HubProcess hub = HubProcess.start();
        Proxy proxy = start(List.of(hub.port()), certificate, folder);
        HttpClient http = client(Version.HTTP_2, CLIENT)) {
      assertThat(status(http, proxy.url() + "/metrics")).isEqualTo(404);
      assertThat(hub.get("/metrics")).contains("sluice_connections");
    }
  }

  private static int status(HttpClient http, String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  /** A client on an address of its own, which the hub doesn't trust as it does the proxy's. */
  private static HttpClient client(Version version, byte[] address) throws IOException {
    return HttpClient.newBuilder()
        .version(version)
        .sslContext(certificate.trust())
        .localAddress(InetAddress.getByAddress(address))
        .build();
  }
}
