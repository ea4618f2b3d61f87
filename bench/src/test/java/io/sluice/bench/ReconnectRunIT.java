package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReconnectRunIT {

  @Test
  void allGetWhatTheyMissed() throws IOException {
    ReconnectReport report = run(FaultyHub.NONE, Duration.ofSeconds(10));

    assertThat(report.allWhole()).as(report.text()).isTrue();
    assertThat(report.whole()).isEqualTo(50);
    assertThat(report.wholeMicros().count()).isEqualTo(50);
  }

  @Test
  void whoMissesOneIsNotWhole() throws IOException {
    ReconnectReport report =
        run(
            (number, blocks) -> number == 7 ? List.of() : List.of(blocks.getLast()),
            Duration.ofSeconds(1));

    assertThat(report.whole()).isZero();
    assertThat(report.allWhole()).isFalse();
  }

  @Test
  void whoGetsOneAgainIsNotWhole() throws IOException {
    ReconnectReport report =
        run(
            (number, blocks) ->
                number == 7
                    ? List.of(blocks.getLast(), blocks.getLast())
                    : List.of(blocks.getLast()),
            Duration.ofSeconds(10));

    assertThat(report.duplicates()).isEqualTo(50);
    assertThat(report.allWhole()).isFalse();
  }

  private static ReconnectReport run(FaultyHub.Fault fault, Duration atMost) throws IOException {
    try (FaultyHub hub = new FaultyHub(fault, () -> {})) {
      ReconnectPlan plan = new ReconnectPlan(hub.target(), Audience.of(50), 10, 100, atMost);
      return ReconnectRun.run(plan, new StringBuilder());
    }
  }
}
