package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {

  @ParameterizedTest
  @CsvSource({
    "60/min, 60, PT1M, 60/min",
    "1000/s, 1000, PT1S, 1000/s",
    "5/10s, 5, PT10S, 5/10s",
    "5/60s, 5, PT1M, 5/min",
    "1/90min, 1, PT1H30M, 1/90min",
    "7/h, 7, PT1H, 7/h",
    "7/d, 7, P1D, 7/d",
    "1/366d, 1, P366D, 1/366d",
    "1000000000/s, 1000000000, PT1S, 1000000000/s",
  })
  void isReadAndWritten(String text, long permits, Duration per, String written) {
    assertThat(Rate.parse(text)).isEqualTo(new Rate(permits, per)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "60",
        "/",
        "60/",
        "/min",
        "60/m",
        "60/ms",
        "60 /min",
        "60/ min",
        "-1/s",
        "+1/s",
        "0/s",
        "1/0s",
        "1/367d",
        "1/999999999d",
        "1/9999999999s",
        "1.5/s",
        "1/s/s",
        "1000000001/s",
        "99999999999999999999/s",
        "٣/s",
        "60/MIN",
      })
  void refusesWhatIsNoRateAndSaysWhy(String text) {
    assertThatThrownBy(() -> Rate.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank();
  }

  @Test
  void anAmountMayHaveUnitsOfItsOwn() {
    Rate rate = Rate.parse("3KiB/2s", text -> 1024 * Long.parseLong(text.replace("KiB", "")));
    assertThat(rate).isEqualTo(new Rate(3072, Duration.ofSeconds(2)));
    assertThat(rate.toString(bytes -> bytes / 1024 + "KiB")).isEqualTo("3KiB/2s");
  }
}
