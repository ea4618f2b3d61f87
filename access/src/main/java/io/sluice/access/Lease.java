package io.sluice.access;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A stream's place among those that are open, from {@link ConnectionLimits#open}.
 *
 * <p>Thread-safe.
 */
public final class Lease implements Admission, AutoCloseable {

  private final ConnectionLimits limits;
  private final @Nullable Account subject;
  private final @Nullable Account block;
  private final AtomicBoolean closed = new AtomicBoolean();

  Lease(ConnectionLimits limits, @Nullable Account subject, @Nullable Account block) {
    this.limits = limits;
    this.subject = subject;
    this.block = block;
  }

  /** Gives the place back. A second call does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      limits.close(subject, block);
    }
  }
}
