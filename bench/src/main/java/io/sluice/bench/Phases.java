package io.sluice.bench;

import java.time.Duration;

/**
 * How long each phase of a run lasts; a run ends by itself after their sum at most.
 *
 * @param connect bound on connecting all subscribers
 * @param warmUp publishing that isn't measured, for just-in-time compilers on both sides
 * @param window publishing that is measured
 * @param drain bound on waiting for what is still on its way
 */
public record Phases(Duration connect, Duration warmUp, Duration window, Duration drain) {

  /** The longest run: the clock in the payload has 32 bits of microseconds. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** Checks the bounds. */
  public Phases {
    Duration all = connect.plus(warmUp).plus(window).plus(drain);
    if (window.isZero() || window.isNegative() || all.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a window of %s in a run of %s; the longest run is %s".formatted(window, all, LONGEST));
    }
  }

  /** A window of this length after 3 seconds of warm-up. */
  public static Phases of(Duration window) {
    return new Phases(
        Duration.ofSeconds(60), Duration.ofSeconds(3), window, Duration.ofSeconds(10));
  }
}
