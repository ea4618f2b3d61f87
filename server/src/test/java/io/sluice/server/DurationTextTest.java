package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "0s, 0",
    "250ms, 250",
    "15s, 15000",
    "5m, 300000",
    "24h, 86400000",
    "3d, 259200000",
    "10 s, 10000"
  })
  void readsEveryUnit(String text, long millis) {
    assertThat(DurationText.parse(text)).hasMillis(millis);
  }

  @ParameterizedTest
  @CsvSource({
    "0ms, 0s",
    "1500ms, 1500ms",
    "1000ms, 1s",
    "90s, 90s",
    "120s, 2m",
    "60m, 1h",
    "1d, 24h",
    "48h, 2d",
    "36h, 36h"
  })
  void writesTheLargestExactUnit(String read, String written) {
    assertThat(DurationText.format(DurationText.parse(read))).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource({
    "15, 15 has no unit",
    "15sec, 15sec has the unknown unit sec",
    "1.5s, 1.5s is not a duration",
    "-1s, -1s is not a duration",
    "PT15S, PT15S is not a duration",
    "99999999999999999999d, 99999999999999999999d is too long"
  })
  void saysWhatIsWrong(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DurationText.parse(text))
        .withMessage(message);
  }

  @Test
  void heartbeatIsOneDurationOrTwo() {
    assertThat(HeartbeatInterval.parse("15s")).hasToString("15s");
    assertThat(HeartbeatInterval.parse("15s..15s")).hasToString("15s");
    assertThat(HeartbeatInterval.parse("15s .. 45s"))
        .isEqualTo(new HeartbeatInterval(DurationText.parse("15s"), DurationText.parse("45s")))
        .hasToString("15s..45s");
  }

  @ParameterizedTest
  @CsvSource({
    "45s..15s, 45s..15s ends before it begins",
    "0s, 0s is not positive",
    "15s.., ' is not a duration'",
    "15s..45, 45 has no unit"
  })
  void heartbeatSaysWhatIsWrong(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeartbeatInterval.parse(text))
        .withMessage(message);
  }
}
