package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The commands and the server, together, over connections that break. */
@Timeout(120)
class RealHubIT {

  private SluiceServer server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    server = SluiceServer.start(Settings.of(Map.of("listen", "127.0.0.1:0")));
    url = "http://127.0.0.1:" + server.address().getPort();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void publishedEventIsRead() {
    CommandRun published = publish(url, "", "stocks/AAPL", "187.2\n187.3", "--type", "price");
    assertThat(published.exitCode()).isZero();
    String id = published.out().strip();
    CommandRun read = subscribe(url, "stocks/*", "--last", "1", "--json", "--expect", "price");
    assertThat(read.exitCode()).isZero();
    assertThat(read.out())
        .isEqualTo(
            "{\"id\":\"%s\",\"channel\":\"stocks/AAPL\",\"type\":\"price\",\"data\":\"187.2\\n187.3\"}\n"
                .formatted(id));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void linesAreNeitherLostNorDoubledWhereverConnectionsAreCut(long seed) throws Exception {
    int count = 5000;
    List<String> lines =
        IntStream.range(0, count).mapToObj(i -> "line " + i + " é€ " + "x".repeat(i % 60)).toList();
    try (CuttingProxy publisherProxy = cutting(new Random(seed), 20, 400_000);
        CuttingProxy subscriberProxy = cutting(new Random(-seed), 50, 40_000)) {
      CompletableFuture<CommandRun> subscriber =
          CommandRun.inBackground(
              () ->
                  subscribe(
                      subscriberProxy.url(),
                      "logs/**",
                      "--since",
                      "earliest",
                      "--json",
                      "--count",
                      String.valueOf(count)));
      CommandRun published =
          publish(publisherProxy.url(), String.join("\n", lines) + "\n", "logs/app");
      assertThat(published.exitCode()).isZero();
      CommandRun read = subscriber.get();
      assertThat(read.out().lines().map(RealHubIT::data)).as("seed %d", seed).isEqualTo(lines);
      assertThat(read.exitCode()).isZero();
      assertThat(publisherProxy.connections()).isGreaterThan(1);
      assertThat(subscriberProxy.connections()).isGreaterThan(5);
    }
  }

  @Test
  void lineThatTheHubRefusesIsSkipped() {
    String large = "x".repeat((1 << 20) + 1);
    CommandRun run = publish(url, "a\n" + large + "\nb\n" + large, "news");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("line 2 was refused: ", "line 4 was refused: ", "published 2 events")
        .doesNotContain("line 3");
    CommandRun read = subscribe(url, "news", "--last", "2", "--json", "--count", "2");
    assertThat(read.out().lines().map(RealHubIT::data)).containsExactly("a", "b");
  }

  @Test
  void publisherGoesOnWhenTheServerComesBack() throws Exception {
    int port = server.address().getPort();
    server.drain();
    Restart restart = new Restart(port);
    CommandRun run =
        CommandRun.of(
            new PublishCommand(
                new ByteArrayInputStream("a\nb\n".getBytes(UTF_8)), new Random(1), restart),
            CommandRun.at(url, "news"));
    server = restart.restarted();
    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .containsIgnoringCase("connection refused")
        .contains("publishing to " + url + " again");
    CommandRun read = subscribe(url, "news", "--last", "2", "--json", "--count", "2");
    assertThat(read.out().lines().map(RealHubIT::data)).containsExactly("a", "b");
  }

  @Test
  void idFromElsewhereIsShownAsAGap() {
    publish(url, "", "news", "hello");
    CommandRun run = subscribe(url, "news", "--last-event-id", "other-7", "--count", "1");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("=== GAP:", "(reset)", "hello");
  }

  @Test
  void hubsReasonForARefusalIsTold() {
    CommandRun run = subscribe(url, "news", "--since", "yesterday");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("refused: ", "yesterday", "(HTTP 400)");
  }

  private CuttingProxy cutting(Random random, int cuts, int maxBytes) throws IOException {
    // Bounded, so that every run comes to its end.
    IntToLongFunction budget =
        connection -> connection < cuts ? random.nextInt(1, maxBytes) : Long.MAX_VALUE;
    return new CuttingProxy(server.address(), budget);
  }

  private static CommandRun publish(String url, String input, String... arguments) {
    return CommandRun.of(
        new PublishCommand(
            new ByteArrayInputStream(input.getBytes(UTF_8)), new Random(1), pause -> {}),
        CommandRun.at(url, arguments));
  }

  private static CommandRun subscribe(String url, String... arguments) {
    return CommandRun.of(
        new SubscribeCommand(new Random(1), pause -> {}, InstantSource.system()),
        CommandRun.at(url, arguments));
  }

  private static String data(String line) {
    return JsonMapper.shared().readTree(line).path("data").asString();
  }

  /** Starts a server on the port the first time that somebody waits for one. */
  private static final class Restart implements Pause {

    private final int port;
    private SluiceServer server;

    Restart(int port) {
      this.port = port;
    }

    @Override
    public void of(Duration time) {
      if (server == null) {
        try {
          server = SluiceServer.start(Settings.of(Map.of("listen", "127.0.0.1:" + port)));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    SluiceServer restarted() {
      return server;
    }
  }
}
