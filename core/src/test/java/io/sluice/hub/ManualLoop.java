package io.sluice.hub;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * A loop that runs a task when the test says so. Its clock is that of the schedule, and a little
 * more each time that it is read: so work takes time, and slices end in all places.
 */
final class ManualLoop implements Loop {

  private record Timer(long atNanos, long order, Runnable task) {}

  private final ManualTime time;
  private final RandomGenerator random;
  private final int nanosPerLook;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::order));
  private long ahead;
  private long timersSet;
  private boolean running;
  private boolean nextAtOnce;

  /**
   * @param nanosPerLook how far its clock moves at most each time that it is read
   */
  ManualLoop(ManualTime time, RandomGenerator random, int nanosPerLook) {
    this.time = time;
    this.random = random;
    this.nanosPerLook = nanosPerLook;
  }

  boolean hasTask() {
    return !tasks.isEmpty() || hasTimer();
  }

  private boolean hasTimer() {
    return !timers.isEmpty() && timers.peek().atNanos <= time.nanos();
  }

  /** Runs one task, or one timer that is due. */
  void runNext() {
    run(
        hasTimer() && (tasks.isEmpty() || random.nextBoolean())
            ? timers.remove().task
            : tasks.remove());
  }

  /** Runs what an I/O event would: on the loop, between two tasks. */
  void run(Runnable task) {
    if (running) {
      throw new IllegalStateException("a task within a task");
    }
    running = true;
    try {
      task.run();
    } finally {
      running = false;
    }
  }

  /** Makes a call from another thread, and runs at once the first task that it brings. */
  void runFirstOf(Runnable call) {
    nextAtOnce = true;
    call.run();
    nextAtOnce = false;
  }

  @Override
  public void execute(Runnable task) {
    if (nextAtOnce) {
      nextAtOnce = false;
      run(task);
    } else {
      tasks.add(task);
    }
  }

  @Override
  public boolean inLoop() {
    return running;
  }

  @Override
  public void yield(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    timers.add(new Timer(time.nanos() + unit.toNanos(delay), timersSet++, task));
  }

  @Override
  public long nanoTime() {
    ahead += random.nextInt(nanosPerLook);
    return time.nanos() + ahead;
  }
}
