package io.sluice.cli;

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
  static Deadline none() {
    return new Deadline(false, 0);
  }

  /** That much time from now. */
  static Deadline in(Duration time) {
    return new Deadline(true, System.nanoTime() + time.toNanos());
  }

  boolean hasPassed() {
    return limited && nanoTime - System.nanoTime() <= 0;
  }

  /** The given time, or what is left if that is less. */
  Duration atMost(Duration time) {
    if (!limited) {
      return time;
    }
    Duration left = Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    return left.compareTo(time) < 0 ? left : time;
  }
}
