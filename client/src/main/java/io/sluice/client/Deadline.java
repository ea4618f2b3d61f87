package io.sluice.client;

import java.time.Duration;

/**
 * A moment by which something must have happened, or none.
 *
 * <p>Immutable.
 *
 * @param limited false: there is no such moment
 * @param nanoTime the moment, in the time of {@link System#nanoTime}
 */
record Deadline(boolean limited, long nanoTime) {

  /** There is time without end. */
  static final Deadline NONE = new Deadline(false, 0);

  // nanoTime is compared by subtraction, which half its range is good for.
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** That much time from now. */
  static Deadline in(Duration time) {
    return time.compareTo(LONGEST) > 0
        ? NONE
        : new Deadline(true, System.nanoTime() + time.toNanos());
  }

  boolean hasPassed() {
    return limited && nanoTime - System.nanoTime() <= 0;
  }

  /** What is left, in nanoseconds, at least 0. */
  long nanosLeft() {
    return limited ? Math.max(0, nanoTime - System.nanoTime()) : Long.MAX_VALUE;
  }
}
