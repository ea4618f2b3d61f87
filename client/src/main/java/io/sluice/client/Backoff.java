package io.sluice.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: a random time between nothing and a bound that doubles
 * with every failure (full jitter), so that clients which failed together don't come back together.
 * What the server asks for comes before it.
 *
 * <p>Immutable.
 *
 * @param step the bound of the first wait
 * @param limit no bound is larger
 */
public record Backoff(Duration step, Duration limit) {

  /** Up to half a second at first, at most 30 seconds. */
  public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

  private static final int MAX_DOUBLINGS = 20;

  /**
   * @throws IllegalArgumentException if a time is negative, or the limit is less than the step
   */
  public Backoff {
    if (step.isNegative() || limit.compareTo(step) < 0) {
      throw new IllegalArgumentException(
          "a backoff needs 0 <= step <= limit: step " + step + ", limit " + limit);
    }
  }

  /**
   * The wait before the next attempt.
   *
   * @param failures how many attempts in a row have failed before
   * @param random where in the bound the wait ends
   */
  Duration wait(int failures, RandomGenerator random) {
    long most = limit.toMillis();
    int doublings = Math.min(failures, MAX_DOUBLINGS);
    // Compared before it is doubled: a long step must not overflow.
    long bound = step.toMillis() > most >> doublings ? most : step.toMillis() << doublings;
    return Duration.ofMillis(random.nextLong(bound + 1));
  }
}
