package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.redis.RedisOptions;
import io.sluice.redis.RedisProcess;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The random schedules of the hub, with a log on a Redis server behind its memory.
 *
 * <p>{@code -Dsluice.seed} replays a failure, {@code -Dsluice.schedules} says how many to run.
 */
class RedisScheduleTest {

  private static final int SCHEDULES = 12;

  @TempDir private Path directory;

  @Test
  void nothingIsLostOrRepeatedInAnyOrderOfThings() {
    long seed = Long.getLong("sluice.seed", ThreadLocalRandom.current().nextInt(1 << 30));
    int schedules = Integer.getInteger("sluice.schedules", SCHEDULES);
    System.out.println(schedules + " random schedules on Redis from seed " + seed);
    AtomicInteger opened = new AtomicInteger();
    try (RedisProcess redis = RedisProcess.start(directory)) {
      RedisOptions server = RedisOptions.of(redis.url());
      for (int i = 0; i < schedules; i++) {
        new Schedule(
                seed + i,
                (options, time) ->
                    RedisInSchedule.open(
                        server.withPrefix("schedule" + opened.incrementAndGet()), options, time),
                100)
            .run();
      }
    }
    assertThat(opened.get()).isEqualTo(schedules);
  }
}
