package io.sluice.hub;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A single thread that runs tasks in order: an event loop, as the hub sees it.
 *
 * <p>Thread-safe.
 */
public interface Loop extends Executor {

  /** Whether the caller runs on this loop's thread. */
  boolean inLoop();

  /**
   * Runs the task after the loop has looked at its sockets once more. What takes long gives way
   * with this, so that publishers on the same loop are answered in between.
   */
  void yield(Runnable task);

  /** Runs the task on the loop after the delay. */
  void schedule(Runnable task, long delay, TimeUnit unit);

  /** The loop's clock, in nanoseconds from an arbitrary moment; it only goes forward. */
  default long nanoTime() {
    return System.nanoTime();
  }
}
