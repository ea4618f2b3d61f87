package io.sluice.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Event;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlarmsTest {

  private final Hub hub = Hub.open(HubOptions.DEFAULT);

  private static Sample sample(long second, double cpu) {
    return new Sample(second * 1000, Map.of("cpu", cpu));
  }

  @Test
  void whatIsRaisedAndSetOutlivesARestart() {
    try (hub) {
      Alarms before = new Alarms(hub);
      before.set(new Rule("cpu", 50, 1));
      before.look(sample(0, 60));
      before.look(sample(1, 60));
      assertThat(before.raised()).containsExactly(new Rule("cpu", 50, 1));

      Alarms after = new Alarms(hub);

      assertThat(after.rules())
          .contains(new Rule("cpu", 50, 1))
          .doesNotContain(new Rule("cpu", 90, 10));
      assertThat(after.raised()).containsExactly(new Rule("cpu", 50, 1));
      after.look(sample(2, 10));
      after.look(sample(3, 10));
      assertThat(after.raised()).isEmpty();
      assertThat(hub.history(Subscription.to(Alarms.ALERTS), Origin.earliest(), 10).join().events())
          .extracting(Event::type)
          .containsExactly("raised", "cleared");
    }
  }

  @Test
  void anotherRuleClearsWhatNoLongerIsOne() {
    try (hub) {
      Alarms alarms = new Alarms(hub);
      alarms.set(new Rule("cpu", 50, 1));
      alarms.look(sample(0, 60));
      alarms.look(sample(1, 60));
      alarms.set(new Rule("cpu", 70, 1));
      alarms.look(sample(2, 60));
      alarms.look(sample(3, 60));
      assertThat(alarms.raised()).isEmpty();
    }
  }
}
