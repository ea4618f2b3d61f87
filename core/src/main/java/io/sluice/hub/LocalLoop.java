package io.sluice.hub;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A loop that is nothing but a daemon thread: the hub's own, for subscribers in the same process
 * and for its timers, and any other whose outlets have no event loop by themselves.
 *
 * <p>Thread-safe.
 */
public final class LocalLoop implements Loop, AutoCloseable {

  private final ScheduledThreadPoolExecutor executor;
  private volatile @Nullable Thread thread;

  /**
   * Starts when there is something to run.
   *
   * @param name the thread's
   */
  public LocalLoop(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, name);
              made.setDaemon(true);
              thread = made;
              return made;
            });
    // After close nothing runs any more: what is still asked for is cancelled.
    executor.setRejectedExecutionHandler(
        (task, closed) -> {
          if (task instanceof Future<?> future) {
            future.cancel(false);
          }
        });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(reported(task));
  }

  /**
   * Runs the task on the loop.
   *
   * @throws IllegalStateException if the loop is closed and won't
   */
  void executeOrRefuse(Runnable task) {
    if (executor.submit(reported(task)).isCancelled()) {
      throw new IllegalStateException("the hub is closed");
    }
  }

  // The executor keeps what a task throws in a future at which nobody looks.
  private static Runnable reported(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error thrown) {
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, thrown);
      }
    };
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread().equals(thread);
  }

  @Override
  public void yield(Runnable task) {
    execute(task);
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    var unused = executor.schedule(reported(task), delay, unit);
  }

  void every(Runnable task, Duration period) {
    var unused =
        executor.scheduleWithFixedDelay(
            reported(task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Drops what it hasn't begun; runs nothing any more. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
