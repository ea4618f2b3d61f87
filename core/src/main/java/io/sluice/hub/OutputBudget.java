package io.sluice.hub;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that outlets of all loops keep because sockets haven't taken them, and how many there
 * may be.
 *
 * <p>Thread-safe.
 */
final class OutputBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  OutputBudget(long limit) {
    this.limit = limit;
  }

  void take(long bytes) {
    used.addAndGet(bytes);
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  boolean isSpent() {
    return used.get() > limit;
  }

  long used() {
    return used.get();
  }
}
