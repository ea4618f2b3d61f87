package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ConnectRunIT {

  private final StringBuilder progress = new StringBuilder();

  @Test
  void streamsAreOpenedAndDroppedForTheWholeWindow() throws IOException {
    try (FaultyHub hub = new FaultyHub(FaultyHub.NONE, () -> {})) {
      ConnectReport report = ConnectRun.run(plan(hub.target(), List.of()), progress);

      assertThat(report.allOpened()).as(report.text()).isTrue();
      assertThat(report.opened()).isGreaterThan(3);
      assertThat(report.headMicros().count()).isEqualTo(report.opened());
      assertThat(report.json()).contains("\"cpuMicrosPerStream\":");
      assertThat(progress).contains("measuring");
    }
  }

  @Test
  void credentialsAreShownInTurn() throws IOException {
    try (Doorkeeper server = new Doorkeeper(Set.of("one", "two", "three"))) {
      ConnectReport report =
          ConnectRun.run(plan(server.target(), List.of("one", "two", "three")), progress);

      assertThat(report.allOpened()).as(report.text()).isTrue();
      assertThat(server.shown).containsExactlyInAnyOrder("one", "two", "three");
    }
  }

  @Test
  void refusalsAreCountedAndNamed() throws IOException {
    try (Doorkeeper server = new Doorkeeper(Set.of("one"))) {
      ConnectReport report = ConnectRun.run(plan(server.target(), List.of("one", "two")), progress);

      assertThat(report.allOpened()).isFalse();
      assertThat(report.refused()).isPositive();
      assertThat(report.text()).contains("refused: status 401");
    }
  }

  @Test
  void serverThatIsNotThereFailsTheRun() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    Target nobody = Target.of("http://127.0.0.1:" + port + "/{channel}", "http://127.0.0.1:1/");
    assertThatThrownBy(() -> ConnectRun.run(plan(nobody, List.of()), progress))
        .isInstanceOf(LoadException.class);
  }

  private static ConnectPlan plan(Target target, List<String> credentials) {
    return new ConnectPlan(target, 3, credentials, Duration.ofMillis(50), Duration.ofMillis(300));
  }

  /** Answers 200 to those whom it knows and 401 to others, and notes what it was shown. */
  private static final class Doorkeeper implements AutoCloseable {

    private final Set<String> shown = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final Set<String> known;

    Doorkeeper(Set<String> known) throws IOException {
      this.known = known;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
      server.setExecutor(threads);
      server.createContext("/", this::answer);
      server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
      String credential = exchange.getRequestHeaders().getFirst("Authorization");
      shown.add(credential);
      exchange.sendResponseHeaders(known.contains(credential) ? 200 : 401, 0);
      exchange.close();
    }

    Target target() {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/{channel}";
      return Target.of(url, url);
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
