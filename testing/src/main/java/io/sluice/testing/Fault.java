package io.sluice.testing;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Something that is wrong with the network of a {@link TestHub} until it is closed.
 *
 * <p>Thread-safe; closing it twice is closing it once.
 */
public final class Fault implements AutoCloseable {

  private final AtomicBoolean over = new AtomicBoolean();
  private final Runnable end;

  private Fault(Runnable end) {
    this.end = end;
  }

  static Fault until(Runnable end) {
    return new Fault(end);
  }

  /** Ends it. */
  @Override
  public void close() {
    if (over.compareAndSet(false, true)) {
      end.run();
    }
  }
}
