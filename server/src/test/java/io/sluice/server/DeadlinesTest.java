package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.hub.Loop;
import io.sluice.server.Deadlines.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualLoop loop = new ManualLoop();
  private final Deadlines deadlines = new Deadlines(loop, SECOND, () -> loop.now);
  private final List<String> expired = new ArrayList<>();

  @Test
  void expiresAfterItsTimeAndNotBefore() {
    add("a").in(deadlines.ticks(Duration.ofSeconds(10)));
    loop.advance(10);
    assertThat(expired).isEmpty();
    loop.advance(1);
    assertThat(expired).containsExactly("a");
    loop.advance(100);
    assertThat(expired).containsExactly("a");
  }

  @Test
  void theLatestSettingCounts() {
    Deadline deadline = add("a");
    deadline.in(2);
    loop.advance(1);
    deadline.in(2);
    loop.advance(1);
    assertThat(expired).isEmpty();
    loop.advance(1);
    assertThat(expired).containsExactly("a");
    deadline.in(2);
    deadline.never();
    loop.advance(10);
    assertThat(expired).containsExactly("a");
  }

  @Test
  void manyExpireAtOnceThoughEachRemovesItselfAndAnother() {
    List<Deadline> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      Deadline deadline =
          deadlines.add(
              new Deadlines.Holder() {
                @Override
                public void expired() {
                  expired.add(Integer.toString(number));
                  all.get(number).remove();
                  all.get(number ^ 1).remove();
                }

                @Override
                public void drain() {}
              });
      deadline.in(1);
      all.add(deadline);
    }
    loop.advance(1);
    assertThat(expired).hasSize(50);
    assertThat(deadlines.size()).isZero();
  }

  @Test
  void doesNotTickWhenThereIsNothingToWatch() {
    Deadline deadline = add("a");
    deadline.remove();
    deadline.remove();
    loop.advance(1);
    assertThat(loop.tasks).isEmpty();
    add("b").in(1);
    loop.advance(2);
    assertThat(expired).containsExactly("b");
  }

  private Deadline add(String name) {
    return deadlines.add(
        new Deadlines.Holder() {
          @Override
          public void expired() {
            expired.add(name);
          }

          @Override
          public void drain() {}
        });
  }

  /** A loop whose time passes when a test says so. */
  private static final class ManualLoop implements Loop {
    private record Task(Runnable run, long at) {}

    private final List<Task> tasks = new ArrayList<>();
    private long now = 1234;

    void advance(int seconds) {
      for (int i = 0; i < seconds; i++) {
        now += SECOND.toNanos();
        List<Task> due = tasks.stream().filter(task -> task.at <= now).toList();
        tasks.removeAll(due);
        due.forEach(task -> task.run.run());
      }
    }

    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(new Task(task, now));
    }

    @Override
    public void yield(Runnable task) {
      execute(task);
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
      tasks.add(new Task(task, now + unit.toNanos(delay)));
    }
  }
}
