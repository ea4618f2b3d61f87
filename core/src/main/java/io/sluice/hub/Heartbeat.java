package io.sluice.hub;

import java.time.Duration;

/**
 * How long a stream may be without a byte: at first the shortest time, and up to the longest one
 * for a stream that has long had no event.
 *
 * <p>Immutable.
 *
 * @param shortest from 1 s
 * @param longest the time announced to clients
 */
public record Heartbeat(Duration shortest, Duration longest) {

  // A stream has earned the longest interval after this many heartbeats without an event.
  private static final int BEATS_TO_LONGEST = 16;

  /**
   * @throws IllegalArgumentException if the shortest is under a second or over the longest
   */
  public Heartbeat {
    if (shortest.compareTo(Duration.ofSeconds(1)) < 0 || longest.compareTo(shortest) < 0) {
      throw new IllegalArgumentException(
          "heartbeat needs 1s <= shortest <= longest: " + shortest + ".." + longest);
    }
  }

  /** The same interval for all streams. */
  public static Heartbeat every(Duration interval) {
    return new Heartbeat(interval, interval);
  }

  /** The interval after a number of heartbeats without an event between them, in milliseconds. */
  long intervalMillis(int quietBeats) {
    long spread = longest.toMillis() - shortest.toMillis();
    return shortest.toMillis() + spread * Math.min(quietBeats, BEATS_TO_LONGEST) / BEATS_TO_LONGEST;
  }
}
