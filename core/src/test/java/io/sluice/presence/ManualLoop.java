package io.sluice.presence;

import io.sluice.hub.Loop;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** A loop whose tasks and time run when the test says so, in one thread. */
final class ManualLoop implements Loop {

  private record Timer(long at, long number, Runnable task) {}

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::number));
  private long nanos;
  private long numbers;
  private boolean running;

  /** Runs all tasks that are there. */
  void run() {
    running = true;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    running = false;
  }

  /** Lets time pass, from one timer to the next. */
  void pass(long millis) {
    run();
    long end = nanos + TimeUnit.MILLISECONDS.toNanos(millis);
    for (Timer next = timers.peek(); next != null && next.at <= end; next = timers.peek()) {
      nanos = Math.max(nanos, next.at);
      tasks.add(timers.remove().task);
      run();
    }
    nanos = end;
    run();
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
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
    timers.add(new Timer(nanos + unit.toNanos(delay), numbers++, task));
  }

  @Override
  public long nanoTime() {
    return nanos;
  }
}
