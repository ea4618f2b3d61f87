package io.sluice.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Compares the hub's clock with this machine's.
 *
 * <p>Immutable.
 *
 * @param clock this machine's
 * @param told gets the finding
 */
record ClockCheck(InstantSource clock, Consumer<Finding> told) {

  // Tokens are allowed 30 s unless identity.tokens.clock-skew says otherwise.
  private static final Duration MUCH = Duration.ofSeconds(20);
  private static final Duration MORE_THAN_THE_WAY = Duration.ofSeconds(2);

  ClockCheck(Consumer<Finding> told) {
    this(InstantSource.system(), told);
  }

  /**
   * @param time what the hub's was a moment ago
   */
  void compare(String time) {
    Instant hubs;
    try {
      hubs = Instant.parse(time);
    } catch (DateTimeParseException e) {
      return; // a hub that is older than this
    }
    Duration ahead = Duration.between(clock.instant(), hubs);
    String seen =
        String.format(
            Locale.ROOT,
            "the hub's clock is %.1f s %s this machine's",
            Math.abs(ahead.toMillis()) / 1000.0,
            ahead.isNegative() ? "behind" : "ahead of");
    if (ahead.abs().compareTo(MUCH) > 0) {
      told.accept(Finding.warning("clock", seen, Remedy.CLOCKS));
    } else if (ahead.abs().compareTo(MORE_THAN_THE_WAY) > 0) {
      told.accept(Finding.note("clock", seen));
    } else {
      told.accept(Finding.ok("clock", "the hub's clock is this machine's, within 2 s"));
    }
  }
}
