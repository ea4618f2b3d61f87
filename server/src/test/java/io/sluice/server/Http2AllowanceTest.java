package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class Http2AllowanceTest {

  private long now = -5_000_000_000L;
  private final Http2Allowance allowance = new Http2Allowance(() -> now);

  private static int most(int tries, BooleanSupplier payment) {
    int paid = 0;
    while (paid < tries && payment.getAsBoolean()) {
      paid++;
    }
    return paid;
  }

  @Test
  void pingsAreManyAtOnceAndFewForLong() {
    assertThat(most(100_000, allowance::control)).isEqualTo(1000);
    now += TimeUnit.SECONDS.toNanos(3);
    assertThat(most(100_000, allowance::control)).isEqualTo(100);
    now += TimeUnit.HOURS.toNanos(1);
    assertThat(most(100_000, allowance::control)).isEqualTo(1000);
  }

  @Test
  void timeThatDoesNotSufficeForAPointIsNotLost() {
    most(100_000, allowance::control);
    for (int i = 0; i < 300; i++) {
      now += 100_000;
      assertThat(allowance.control()).isEqualTo(i == 299);
    }
  }

  @Test
  void settingsCostMoreTheMoreStreamsAreOpen() {
    assertThat(most(100_000, () -> allowance.settings(0))).isEqualTo(100);
    now += TimeUnit.HOURS.toNanos(1);
    assertThat(most(100_000, () -> allowance.settings(1000))).isEqualTo(50);
  }

  @Test
  void windowsThatNothingIsSentThroughAreSoonTooMany() {
    assertThat(most(100_000, allowance::windowUpdate)).isEqualTo(Http2Allowance.MOST);
  }

  @Test
  void windowsOfAByteAreSoonTooMany() {
    int updates =
        most(
            100_000,
            () -> {
              allowance.sent(1);
              return allowance.windowUpdate();
            });
    assertThat(updates).isLessThan(11_000);
  }

  @Test
  void aClientThatOpensBothWindowsForEveryFrameMayDoSoForEver() {
    for (int i = 0; i < 100_000; i++) {
      allowance.sent(60); // as short as the frame of an event can be
      assertThat(most(2, allowance::windowUpdate)).isEqualTo(2);
    }
  }

  @Test
  void aThousandIdleStreamsMayOpenTheirWindowsForHeartbeats() {
    for (int i = 0; i < 100; i++) {
      for (int stream = 0; stream < 1000; stream++) {
        allowance.sent(14);
        assertThat(most(2, allowance::windowUpdate)).isEqualTo(2);
      }
      now += TimeUnit.SECONDS.toNanos(11);
    }
  }

  @Test
  void whatIsSentPaysForWindowsOnly() {
    allowance.sent(Integer.MAX_VALUE / 2);
    assertThat(most(100_000, allowance::control)).isEqualTo(1000);
    assertThat(allowance.windowUpdate()).isTrue();
  }
}
