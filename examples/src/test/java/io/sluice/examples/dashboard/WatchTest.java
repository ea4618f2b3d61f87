package io.sluice.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchTest {

  private static final Rule RULE = new Rule("cpu", 90, 3);

  private final List<String> told = new ArrayList<>();
  private Watch watch = new Watch(RULE, false);
  private long at;

  /** One sample a second. */
  private void seconds(@Nullable Double... values) {
    for (Double value : values) {
      Sample sample = new Sample(at, value == null ? Map.of() : Map.of("cpu", value));
      watch
          .look(sample)
          .ifPresent(
              alert -> told.add(alert.at() / 1000 + (alert.raised() ? " raised" : " cleared")));
      at += 1000;
    }
  }

  @Test
  void isRaisedOnceTheFigureHasBeenAboveForTheTime() {
    seconds(50.0, 91.0, 95.0, 99.0);
    assertThat(told).isEmpty();
    seconds(92.0, 93.0, 94.0);
    assertThat(told).containsExactly("4 raised");
    assertThat(watch.isRaised()).isTrue();
  }

  @Test
  void whatIsAboveForLessThanTheTimeIsNoAlert() {
    seconds(91.0, 91.0, 91.0, 90.0, 91.0, 91.0, 91.0, 10.0, 91.0, 91.0, 91.0);
    assertThat(told).isEmpty();
  }

  @Test
  void isClearedOnceItHasntBeenForAsLong() {
    watch = new Watch(RULE, true);
    seconds(95.0, 10.0, 10.0, 95.0, 10.0, 10.0, 10.0);
    assertThat(told).isEmpty();
    seconds(10.0, 10.0);
    assertThat(told).containsExactly("7 cleared");
  }

  @Test
  void whatWasntMeasuredChangesNothing() {
    seconds(91.0, null, null, 91.0);
    assertThat(told).containsExactly("3 raised");
    seconds(null, null, null, null);
    assertThat(told).hasSize(1);
  }

  @Test
  void isRaisedAndClearedAgainAndAgain() {
    for (int i = 0; i < 3; i++) {
      seconds(91.0, 91.0, 91.0, 91.0, 1.0, 1.0, 1.0, 1.0);
    }
    assertThat(told)
        .containsExactly(
            "3 raised", "7 cleared", "11 raised", "15 cleared", "19 raised", "23 cleared");
  }

  @ParameterizedTest
  @CsvSource({
    "heat, 1, 1, 'heat'",
    ", 1, 1, figure is one of",
    "cpu, -1, 1, not -1.0",
    "cpu, NaN, 1, not NaN",
    "cpu, 1, 0, not 0",
    "cpu, 1, 3601, not 3601"
  })
  void rulesThatCantBeAreRefused(@Nullable String figure, double above, int seconds, String says) {
    assertThatThrownBy(() -> new Rule(figure, above, seconds))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says);
  }
}
