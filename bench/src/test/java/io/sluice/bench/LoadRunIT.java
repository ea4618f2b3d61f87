package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LoadRunIT {

  private static final int SUBSCRIBERS = 20;

  private final StringBuilder progress = new StringBuilder();

  @Test
  void aGoodHubLosesNothing() throws IOException {
    LoadReport report = run(FaultyHub.NONE, () -> {});

    assertThat(report.whole()).as(report.text()).isTrue();
    long deliveries = events(report) * SUBSCRIBERS;
    assertThat(report.deliveries().received()).isEqualTo(deliveries);
    assertThat(report.deliveries().latencyMicros().count()).isEqualTo(deliveries);
    assertThat(report.server()).isNotNull();
    assertThat(report.json()).startsWith("{\"subscribers\":20,").contains("\"lost\":0,");
  }

  @Test
  void lostEventsAreCounted() throws IOException {
    LoadReport report =
        run((number, blocks) -> number % 10 == 0 ? List.of() : List.of(blocks.getLast()), () -> {});

    assertThat(report.deliveries().lost()).isEqualTo(events(report) / 10 * SUBSCRIBERS);
    assertThat(report.deliveries().duplicates()).isZero();
    assertThat(report.whole()).isFalse();
  }

  @Test
  void repeatedEventsAreCounted() throws IOException {
    LoadReport report =
        run(
            (number, blocks) ->
                number % 10 == 0
                    ? List.of(blocks.getLast(), blocks.getLast())
                    : List.of(blocks.getLast()),
            () -> {});

    assertThat(report.deliveries().duplicates()).isEqualTo(events(report) / 10 * SUBSCRIBERS);
    assertThat(report.deliveries().lost()).isZero();
  }

  @Test
  void swappedEventsAreCounted() throws IOException {
    // Each tenth event is held back and sent after the one that follows it.
    LoadReport report =
        run(
            (number, blocks) ->
                switch (number % 10) {
                  case 0 -> List.of();
                  case 1 -> number == 1 ? blocks : blocks.subList(number - 2, number).reversed();
                  default -> List.of(blocks.getLast());
                },
            () -> {});

    // A tenth event that is the last has none that it could be sent after.
    long events = events(report);
    assertThat(report.deliveries().outOfOrder()).isEqualTo((events - 1) / 10 * SUBSCRIBERS);
    assertThat(report.deliveries().lost()).isEqualTo(events % 10 == 0 ? SUBSCRIBERS : 0);
  }

  @Test
  void aStallCountsForEveryEventThatWasDueMeanwhile() throws IOException {
    AtomicBoolean stalled = new AtomicBoolean();
    LoadReport report =
        run(
            FaultyHub.NONE,
            () -> {
              if (stalled.compareAndSet(false, true)) {
                CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(250, TimeUnit.MILLISECONDS))
                    .join();
              }
            });

    // One publisher at 200/s: fifty events were due while it waited, each of which is late.
    Percentiles latency = report.deliveries().latencyMicros();
    assertThat(latency.max()).isGreaterThan(200_000);
    assertThat(latency.p90()).isGreaterThan(50_000);
  }

  @Test
  void subscribersThatCannotConnectFailTheRun() throws IOException {
    Target nobody;
    try (FaultyHub hub = new FaultyHub(FaultyHub.NONE, () -> {})) {
      nobody = hub.target();
    }
    assertThatThrownBy(() -> LoadRun.run(plan(nobody), progress))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("of 20 subscribers");
  }

  /** How many of the hundred events that are due were sent: on a busy machine, not always all. */
  private static long events(LoadReport report) {
    assertThat(report.publishes().accepted()).isBetween(10L, 100L);
    return report.publishes().accepted();
  }

  private LoadReport run(FaultyHub.Fault fault, Runnable beforeAnswer) throws IOException {
    try (FaultyHub hub = new FaultyHub(fault, beforeAnswer)) {
      return LoadRun.run(plan(hub.target()), progress);
    }
  }

  private static LoadPlan plan(Target target) {
    return new LoadPlan(
        target,
        Audience.of(SUBSCRIBERS),
        new Publishing(1, new Pace.AtRate(200), 100),
        new Phases(
            Duration.ofSeconds(10), Duration.ZERO, Duration.ofMillis(500), Duration.ofSeconds(10)));
  }
}
