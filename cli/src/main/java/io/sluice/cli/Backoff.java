package io.sluice.cli;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: a random time up to a bound that doubles with every
 * failure (full jitter), so that clients which failed together don't come back together.
 *
 * <p>Not thread-safe.
 */
final class Backoff {

  private static final int MAX_DOUBLINGS = 20;

  private final Duration step;
  private final Duration limit;
  private final RandomGenerator random;
  private int failures;

  /**
   * @param step bound of the first wait
   * @param limit no bound is larger
   * @param random where in the bound the wait ends
   */
  Backoff(Duration step, Duration limit, RandomGenerator random) {
    this.step = step;
    this.limit = limit;
    this.random = random;
  }

  /** It worked: the next failure is the first again. */
  void reset() {
    failures = 0;
  }

  /**
   * The wait after one more failure.
   *
   * @param atLeast what the server asked for; the random time comes on top of it
   */
  Duration next(Duration atLeast) {
    long doubled = step.toMillis() << Math.min(failures, MAX_DOUBLINGS);
    long bound = Math.min(limit.toMillis(), doubled);
    failures++;
    return atLeast.plusMillis(random.nextLong(bound + 1));
  }
}
