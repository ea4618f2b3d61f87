package io.sluice.hub;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Random schedules against a simple model of the hub. In order, exactly once within a connection,
 * and over all connections nothing missing that no gap told of.
 *
 * <p>{@code -Dsluice.seed} replays a failure, {@code -Dsluice.schedules} says how many to run.
 */
class RandomScheduleTest {

  private static final int SCHEDULES = 1000;

  @Test
  void nothingIsLostOrRepeatedInAnyOrderOfThings() {
    long seed = Long.getLong("sluice.seed", ThreadLocalRandom.current().nextInt(1 << 30));
    int schedules = Integer.getInteger("sluice.schedules", SCHEDULES);
    System.out.println(schedules + " random schedules from seed " + seed);
    for (int i = 0; i < schedules; i++) {
      new Schedule(seed + i).run();
    }
  }
}
