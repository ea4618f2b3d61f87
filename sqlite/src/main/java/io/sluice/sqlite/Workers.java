package io.sluice.sqlite;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a store.
 *
 * @param writing runs one task at a time, in order
 * @param reading runs as many tasks at a time as there are readers
 * @param readers how many connections there are to read
 * @param timer does what is due, or null if somebody else has it done
 * @param services what is ended with the store
 */
record Workers(
    Executor writing,
    Executor reading,
    int readers,
    @Nullable ScheduledExecutorService timer,
    List<ExecutorService> services)
    implements AutoCloseable {

  private static final int READERS = 2;
  private static final long TICK_MILLIS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A writer and two readers. */
  static Workers threads() {
    ExecutorService writer =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sluice-store").daemon().factory());
    ExecutorService readers =
        Executors.newFixedThreadPool(
            READERS, Thread.ofPlatform().name("sluice-store-reader-", 1).daemon().factory());
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sluice-store-timer").daemon().factory());
    return new Workers(writer, readers, READERS, timer, List.of(timer, writer, readers));
  }

  /** The caller's thread, for everything. */
  static Workers inline() {
    return new Workers(Runnable::run, Runnable::run, 1, null, List.of());
  }

  /** Has a task run again and again, a few times a second. */
  void everySoOften(Runnable task) {
    if (timer != null) {
      timer.scheduleWithFixedDelay(task, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Ends the threads; what has begun is finished first. */
  @Override
  public void close() {
    services.forEach(ExecutorService::shutdown);
    try {
      for (ExecutorService service : services) {
        service.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
