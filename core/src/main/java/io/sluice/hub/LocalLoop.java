package io.sluice.hub;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The hub's own thread, for subscribers in the same process and for the hub's timers. */
final class LocalLoop implements Loop {

  private final ScheduledThreadPoolExecutor executor;
  private volatile @Nullable Thread thread;

  LocalLoop(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, name);
              made.setDaemon(true);
              thread = made;
              return made;
            });
    // After close nothing runs any more: what is still asked for is dropped without a complaint.
    executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread().equals(thread);
  }

  @Override
  public void yield(Runnable task) {
    executor.execute(task);
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    var unused = executor.schedule(task, delay, unit);
  }

  void every(Runnable task, Duration period) {
    var unused =
        executor.scheduleWithFixedDelay(
            task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  void close() {
    executor.shutdown();
  }
}
