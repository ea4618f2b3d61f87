package io.sluice.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests of the whole server that wait: for their bodies, or for what their answers
 * depend on. What is answered as soon as its head is read doesn't count, and isn't refused when
 * there are too many of the others: health can be asked for, and streams can be opened, while slow
 * uploads fill all places.
 *
 * <p>Thread-safe.
 */
final class PendingRequests {

  private static final int STANDARD = 1000;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final int limit;
  private final AtomicInteger now = new AtomicInteger();

  /**
   * @param limit how many may wait at the same time, 1 or more
   */
  PendingRequests(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1: " + limit);
    }
    this.limit = limit;
  }

  /** 1,000 of them. */
  static PendingRequests standard() {
    return new PendingRequests(STANDARD);
  }

  /** One more has to wait; false if it may not. */
  boolean begin() {
    if (now.incrementAndGet() <= limit) {
      return true;
    }
    now.decrementAndGet();
    return false;
  }

  /** One waits no longer. */
  void end() {
    now.decrementAndGet();
  }

  /** How many wait. */
  int now() {
    return now.get();
  }

  /** 503: too many wait already. */
  Problem refusal() {
    return Problem.unavailable(
        "too-many-pending",
        limit + " requests are being answered at the moment, and no more are taken",
        RETRY);
  }
}
