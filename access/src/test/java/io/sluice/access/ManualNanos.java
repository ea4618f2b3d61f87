package io.sluice.access;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands still until it is moved. Thread-safe. */
final class ManualNanos implements LongSupplier {

  // As System.nanoTime may: any number, and about to become positive.
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);

  @Override
  public long getAsLong() {
    return nanos.get();
  }

  void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
  }
}
