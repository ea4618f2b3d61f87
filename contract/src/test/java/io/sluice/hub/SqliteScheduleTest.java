package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The random schedules of the hub, with a SQLite file behind its memory.
 *
 * <p>{@code -Dsluice.seed} replays a failure, {@code -Dsluice.schedules} says how many to run.
 */
class SqliteScheduleTest {

  private static final int SCHEDULES = 150;

  @TempDir private Path directory;

  @Test
  void nothingIsLostOrRepeatedInAnyOrderOfThings() {
    long seed = Long.getLong("sluice.seed", ThreadLocalRandom.current().nextInt(1 << 30));
    int schedules = Integer.getInteger("sluice.schedules", SCHEDULES);
    System.out.println(schedules + " random schedules on SQLite from seed " + seed);
    AtomicInteger opened = new AtomicInteger();
    for (int i = 0; i < schedules; i++) {
      new Schedule(
              seed + i,
              (options, time) ->
                  SqliteInSchedule.open(
                      directory.resolve(opened.incrementAndGet() + ".db"), options, time),
              100)
          .run();
    }
    assertThat(opened.get()).isEqualTo(schedules);
  }
}
