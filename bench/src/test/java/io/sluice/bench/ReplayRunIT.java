package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayRunIT {

  private static final int CLIENTS = 5;
  private static final int EVENTS = 20;

  @Test
  void allGetThePastAndThePresent() throws IOException {
    ReplayReport report = run(FaultyHub.NONE, Duration.ofSeconds(10));

    assertThat(report.allWhole()).as(report.text()).isTrue();
    assertThat(report.outcome().received()).isEqualTo(CLIENTS * EVENTS);
    assertThat(report.outcome().wholeMicros().count()).isEqualTo(CLIENTS);
    assertThat(report.undisturbed().count()).isPositive();
    assertThat(report.json()).startsWith("{\"clients\":5,").contains("\"liveLost\":0,");
  }

  @Test
  void whoMissesAnEventOfThePastIsNotWhole() throws IOException {
    ReplayReport report =
        run(
            (number, blocks) -> number == 7 ? List.of() : List.of(blocks.getLast()),
            Duration.ofSeconds(1));

    assertThat(report.outcome().whole()).isZero();
    assertThat(report.allWhole()).isFalse();
  }

  @Test
  void liveEventsThatAreLostAreCounted() throws IOException {
    // One more than what is replayed and what comes after it.
    ReplayReport report =
        run(
            (number, blocks) -> number == EVENTS + 2 ? List.of() : List.of(blocks.getLast()),
            Duration.ofSeconds(2));

    assertThat(report.outcome().whole()).isEqualTo(CLIENTS);
    assertThat(report.lost()).isEqualTo(3);
    assertThat(report.allWhole()).isFalse();
  }

  private static ReplayReport run(FaultyHub.Fault fault, Duration atMost) throws IOException {
    try (FaultyHub hub = new FaultyHub(fault, () -> {})) {
      ReplayPlan plan =
          new ReplayPlan(
              hub.target(),
              "since=earliest",
              new ReplayPlan.Past(CLIENTS, EVENTS, 100, 1),
              Audience.of(3),
              new Publishing(1, new Pace.AtRate(100), 100),
              new Phases(Duration.ofSeconds(10), Duration.ZERO, Duration.ofMillis(300), atMost));
      return ReplayRun.run(plan, new StringBuilder());
    }
  }
}
