package io.sluice.server;

import java.time.Duration;

/**
 * How long a stream may be silent before it gets a heartbeat. A stream begins with the shortest
 * interval; one that has long been idle beats more slowly, down to the longest.
 *
 * <p>Immutable.
 *
 * @param shortest the interval to begin with
 * @param longest the interval of a stream that has long been idle, and what {@code connected}
 *     announces; the same as {@code shortest} where it doesn't adapt
 */
public record HeartbeatInterval(Duration shortest, Duration longest) {

  private static final String RANGE = "..";

  /**
   * @throws IllegalArgumentException if the longest is shorter than the shortest, or the shortest
   *     isn't positive
   */
  public HeartbeatInterval {
    if (shortest.isZero() || shortest.isNegative()) {
      throw new IllegalArgumentException(DurationText.format(shortest) + " is not positive");
    }
    if (longest.compareTo(shortest) < 0) {
      throw new IllegalArgumentException(
          DurationText.format(shortest)
              + RANGE
              + DurationText.format(longest)
              + " ends before it begins");
    }
  }

  /**
   * Reads {@code 15s}, or a range, {@code 15s..45s}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static HeartbeatInterval parse(String text) {
    int range = text.indexOf(RANGE);
    if (range < 0) {
      Duration interval = DurationText.parse(text);
      return new HeartbeatInterval(interval, interval);
    }
    return new HeartbeatInterval(
        DurationText.parse(text.substring(0, range).strip()),
        DurationText.parse(text.substring(range + RANGE.length()).strip()));
  }

  /** The text form: {@code 15s} or {@code 15s..45s}. */
  @Override
  public String toString() {
    String first = DurationText.format(shortest);
    return shortest.equals(longest) ? first : first + RANGE + DurationText.format(longest);
  }
}
