package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {

  private final Tally tally = new Tally(5);

  TallyTest() {
    tally.measure(1_000_000, 2_000_000);
  }

  @Test
  void latencyCountsFromWhenTheEventWasDue() {
    tally.now(1_600_000);
    tally.event(1_500_000);

    assertThat(tally.latencyMicros().getMaxValue()).isBetween(99_000L, 101_000L);
  }

  @Test
  void anEventOfTheWindowThatCameLateIsMeasured() {
    tally.now(5_000_000);
    tally.event(1_900_000);

    assertThat(tally.latencyMicros().getTotalCount()).isEqualTo(1);
    assertThat(tally.arrivedInWindow()).isZero();
  }

  @Test
  void anEventThatWasDueBeforeTheWindowAndCameInItIsMeasured() {
    tally.now(1_900_000);
    tally.event(100_000);

    assertThat(tally.latencyMicros().getMaxValue()).isBetween(1_780_000L, 1_820_000L);
    assertThat(tally.arrivedInWindow()).isEqualTo(1);
  }

  @Test
  void warmUpIsReceivedAndNotMeasured() {
    tally.now(900_000);
    tally.event(890_000);

    assertThat(tally.received()).isEqualTo(1);
    assertThat(tally.latencyMicros().getTotalCount()).isZero();
  }

  @Test
  void payloadsOfAnotherRunAreFromNoPublisher() {
    assertThat(tally.publisher((5 << 16) + 3)).isEqualTo(3);
    assertThat(tally.publisher((4 << 16) + 3)).isNegative();
    assertThat(tally.publisher((6 << 16) + 3)).isGreaterThan(Publishing.MAX_PUBLISHERS);
  }
}
