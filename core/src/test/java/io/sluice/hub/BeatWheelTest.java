package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeatWheelTest {

  private static final int TICK = BeatWheel.TICK_MILLIS;

  private final BeatWheel wheel = new BeatWheel();
  private final List<Stream> due = new ArrayList<>();

  @Test
  void aStreamIsDueOnceAfterItsDelay() {
    Stream stream = stream();
    wheel.add(stream, 3L * TICK);
    turn(2);
    assertThat(due).isEmpty();
    turn(1);
    assertThat(due).containsExactly(stream);
    turn(1000);
    assertThat(due).hasSize(1);
  }

  @Test
  void aDelayLongerThanATurnOfTheWheelIsWaitedFor() {
    Stream stream = stream();
    wheel.add(stream, 1000L * TICK);
    turn(999);
    assertThat(due).isEmpty();
    turn(1);
    assertThat(due).containsExactly(stream);
  }

  @Test
  void noDelayIsOneTick() {
    wheel.add(stream(), -5);
    turn(1);
    assertThat(due).hasSize(1);
  }

  @Test
  void manyInOneSlotAreAllDue() {
    for (int i = 0; i < 10; i++) {
      wheel.add(stream(), 5L * TICK);
    }
    wheel.add(stream(), (5L + 256) * TICK);
    turn(5);
    assertThat(due).hasSize(10).doesNotHaveDuplicates();
    turn(256);
    assertThat(due).hasSize(11).doesNotHaveDuplicates();
  }

  private void turn(int ticks) {
    for (int i = 0; i < ticks; i++) {
      wheel.turn(due::add);
    }
  }

  private static Stream stream() {
    LoopedHub hub = new LoopedHub(RetentionRules.DEFAULT, 1 << 20);
    hub.addLoop();
    return hub.open(0, Subscription.to("a"), Origin.live(), ScriptedOutlet.Mode.FAST).stream;
  }
}
