package io.sluice.access;

import java.time.Duration;

/**
 * A limit that is reached.
 *
 * <p>Immutable.
 *
 * @param code stable and meant for programs, lower case with dashes: {@code too-many-attempts}
 * @param detail for people: whose limit, and how much it allows
 * @param retryAfter when trying again may help, more than nothing
 */
public record Exceeded(String code, String detail, Duration retryAfter) implements Admission {

  /** There is no room for anybody: the server is full, not its client too busy. */
  public static final String FULL = "too-many-connections";

  /**
   * @throws IllegalArgumentException if there is nothing to wait for
   */
  public Exceeded {
    if (!retryAfter.isPositive()) {
      throw new IllegalArgumentException("retryAfter must be more than nothing: " + retryAfter);
    }
  }

  /** Whether it is the server that is full, for everybody: 503 and not 429. */
  public boolean concernsEverybody() {
    return code.equals(FULL);
  }
}
