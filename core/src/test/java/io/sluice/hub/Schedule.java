package io.sluice.hub;

import io.sluice.log.Epochs;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * One random life of a hub: everything that can happen, in an order that the seed decides, in one
 * thread. Loops run when they are drawn, time passes when it is drawn, and within each write of a
 * stream's bytes other threads may publish.
 */
final class Schedule {

  private final long seed;
  private final SplittableRandom random;
  private final Trace trace = new Trace();
  private final Stage stage;
  private final RandomWorld world;
  private final SimulatedClients clients;
  private final boolean restless;
  private int step;

  /** In one of three there is a store behind the hub's memory, which answers when it likes. */
  Schedule(long seed) {
    this(seed, (options, time) -> new ListedStore(Epochs.first("k3f9"), options, time), 33);
  }

  /**
   * @param stored how many schedules in a hundred have a store
   */
  Schedule(long seed, ScheduledStore.Opener opener, int stored) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.stage = new Stage(random, trace, opener, stored);
    this.world = stage.world;
    this.clients = new SimulatedClients(stage, random.nextInt(3) == 0 ? random.nextInt(30) : 0);
    this.restless = random.nextBoolean();
  }

  /** Lives through it. What fails tells the seed and the step. */
  void run() {
    try {
      int steps = 30 + random.nextInt(300);
      for (step = 0; step < steps; step++) {
        trace.step(step);
        oneStep();
      }
      clients.comeToRest();
      if (world.chance(20)) {
        clients.drainAndComeBack();
      }
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError(
          "seed "
              + seed
              + ", step "
              + step
              + ": "
              + failure
              + "\nreplay with -Dsluice.seed="
              + seed
              + " -Dsluice.schedules=1\n"
              + trace,
          failure);
    } finally {
      stage.hub.close();
      if (stage.store != null) {
        stage.store.close();
      }
    }
  }

  private void oneStep() {
    int draw = random.nextInt(100);
    if (draw < 30) {
      stage.publish(restless && world.chance(10) ? 1 + random.nextInt(100) : 1 + random.nextInt(3));
    } else if (draw < 65) {
      stage.runSomeLoop();
    } else if (draw < 75) {
      clients.drainSomeOutlet();
    } else if (draw < 84) {
      clients.connectSomeClient();
    } else if (draw < 87) {
      clients.cutSomeConnection();
    } else if (draw < 91) {
      clients.changeSomeSubscription();
    } else if (draw < 94) {
      clients.setSomeMode();
    } else if (draw < 98) {
      stage.letTimePass(Duration.ofMillis(random.nextInt(world.chance(20) ? 15_000 : 1_000)));
    } else {
      stage.readHistory();
    }
    stage.runStore();
    if (world.chance(50)) {
      stage.compress(random.nextInt(5));
    }
    clients.lookAround();
  }
}
