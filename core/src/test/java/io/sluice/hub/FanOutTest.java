package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.hub.LoopedHub.Reader;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Orders of things that random schedules found to matter, one at a time. */
class FanOutTest {

  private LoopedHub hub = new LoopedHub(RetentionRules.DEFAULT, 64 << 20);

  private static RetentionRules keep(int events) {
    return RetentionRules.all(new Retention(events, null, Long.MAX_VALUE, Retention.Behind.GAP));
  }

  private static Origin after(long sequence) {
    return new Origin.After(new EventId(LoopedHub.EPOCH, sequence));
  }

  private static SubscriptionChange add(String pattern, Origin since) {
    return new SubscriptionChange(
        List.of(ChannelPattern.parse(pattern)), List.of(), List.of(), List.of(), since);
  }

  private static SubscriptionChange remove(String pattern) {
    return new SubscriptionChange(
        List.of(), List.of(), List.of(ChannelPattern.parse(pattern)), List.of(), Origin.live());
  }

  @Test
  void aResumeOnALoopThatIsBehindGetsOnlyWhatIsRetained() {
    hub = new LoopedHub(keep(1), 64 << 20);
    hub.addLoop();
    hub.open(0, Subscription.to("other"), Origin.live(), ScriptedOutlet.Mode.FAST);
    hub.run(0);
    for (int i = 1; i <= 5; i++) {
      hub.publish("a", "" + i); // the loop doesn't look
    }
    Reader reader = hub.open(0, Subscription.to("a"), after(0), ScriptedOutlet.Mode.FAST);
    hub.publish("a", "6");
    hub.run(0);

    assertThat(reader.blocks)
        .containsExactly(
            "e-0 connected",
            "e-4 gap {\"reason\":\"evicted\",\"after\":\"e-0\",\"next\":\"e-5\",\"missed\":4}",
            "e-5 message 5",
            "e-6 message 6");
  }

  @Test
  void transientEventsOfBeforeAResumeArentReplayedByALoopThatIsBehind() {
    hub = new LoopedHub(keep(0), 64 << 20);
    hub.addLoop();
    hub.open(0, Subscription.to("other"), Origin.live(), ScriptedOutlet.Mode.FAST);
    hub.run(0);
    hub.publish("typing", "1");
    Reader reader = hub.open(0, Subscription.to("typing"), after(0), ScriptedOutlet.Mode.FAST);
    hub.publish("typing", "2");
    hub.run(0);

    assertThat(reader.blocks).containsExactly("e-0 connected", "e-2 message 2");
  }

  @Test
  void whatWasHadBeforeIsntSentAgainWhenAWiderPatternIsAddedSinceEarlier() {
    hub.addLoop();
    hub.publish("a/x", "1");
    hub.publish("a/y", "2");
    Reader reader =
        hub.open(0, Subscription.to("a/x"), new Origin.Earliest(), ScriptedOutlet.Mode.FAST);
    hub.run(0);
    hub.change(0, reader, add("a/*", new Origin.Earliest()));
    hub.publish("a/y", "3");
    hub.run(0);

    assertThat(reader.blocks)
        .containsExactly(
            "e-0 connected", "e-1 message 1", "e-2 subscription", "e-2 message 2", "e-3 message 3");
  }

  @Test
  void aSecondChangeLeavesTheBackfillOfTheFirst() {
    hub.addLoop();
    hub.publish("a", "1");
    hub.publish("b", "2");
    Reader reader = hub.open(0, Subscription.to("c"), Origin.live(), ScriptedOutlet.Mode.FAST);
    hub.run(0);
    hub.change(0, reader, add("a", new Origin.Earliest()));
    hub.change(0, reader, add("b", new Origin.Earliest()));
    hub.run(0);

    assertThat(reader.blocks)
        .containsExactly(
            "e-2 connected",
            "e-2 subscription",
            "e-2 subscription",
            "e-2 message 1",
            "e-2 message 2");
  }

  @Test
  void whatIsRemovedIsntBackfilledAnyMore() {
    hub.addLoop();
    hub.publish("a", "1");
    hub.publish("b", "2");
    Reader reader = hub.open(0, Subscription.to("c"), Origin.live(), ScriptedOutlet.Mode.FAST);
    hub.run(0);
    hub.change(0, reader, add("*", new Origin.Earliest()));
    hub.change(0, reader, remove("*"));
    hub.run(0);

    assertThat(reader.blocks)
        .containsExactly("e-2 connected", "e-2 subscription", "e-2 subscription");
  }

  @Test
  void whatIsToldBeforeAGapDoesntSwallowIt() {
    hub.addLoop();
    hub.publish("a", "1");
    Reader reader =
        hub.open(
            0,
            Subscription.to("a"),
            new Origin.After(new EventId("other", 77)),
            ScriptedOutlet.Mode.STUCK);
    hub.run(0);
    hub.change(0, reader, add("b", new Origin.Earliest()));
    reader.outlet.mode(ScriptedOutlet.Mode.FAST);
    hub.drain(0, reader);
    hub.run(0);

    assertThat(reader.blocks)
        .containsExactly(
            "other-77 connected",
            "other-77 subscription",
            "e-0 gap {\"reason\":\"reset\",\"after\":\"other-77\",\"next\":\"e-1\"}",
            "e-1 message 1");
  }

  @Test
  void aStreamThatIsEndedForTheBudgetsSakeIsntPutBackAmongTheRiders() {
    hub = new LoopedHub(RetentionRules.DEFAULT, 10);
    hub.addLoop();
    Reader reader = hub.open(0, Subscription.to("a"), Origin.live(), ScriptedOutlet.Mode.WINDOW);
    reader.outlet.drain(20); // room for a part of connected: the rest is over the budget
    hub.run(0);
    hub.publish("a", "1"); // a write after the end would be refused by the outlet
    hub.run(0);

    assertThat(reader.stream.state).isEqualTo(Stream.State.CLOSED);
    assertThat(hub.hub.streams().size()).isZero();
    assertThat(hub.hub.streams().recentlyClosed().getFirst().reason())
        .isEqualTo(CloseReason.OUTPUT_FULL);
  }

  @Test
  void aStreamWhoseIdentityExpiresIsToldSoAndEnds() {
    hub = new LoopedHub(RetentionRules.DEFAULT, 64 << 20);
    hub.addLoop();
    Reader reader = hub.open(0, Subscription.to("a"), Origin.live(), ScriptedOutlet.Mode.FAST);
    hub.run(0);
    hub.hub.streams().expire(reader.stream.id(), Control.Expiry.TOKEN);
    hub.publish("a", "1");
    hub.run(0);

    assertThat(reader.blocks).hasSize(2);
    assertThat(reader.blocks.getLast()).endsWith("expired {\"reason\":\"token\"}");
    assertThat(reader.stream.state).isEqualTo(Stream.State.CLOSED);
    assertThat(hub.hub.streams().recentlyClosed().getFirst().reason())
        .isEqualTo(CloseReason.EXPIRED);
  }

  @Test
  void aBurstLongerThanRetentionMakesNoGapForOneWhoKeepsUp() {
    hub = new LoopedHub(keep(2), 64 << 20);
    hub.addLoop();
    Reader reader = hub.open(0, Subscription.to("a"), Origin.live(), ScriptedOutlet.Mode.FAST);
    hub.run(0);
    for (int i = 1; i <= 1000; i++) {
      hub.publish("a", "" + i);
    }
    hub.run(0);

    assertThat(reader.blocks).hasSize(1001).last().isEqualTo("e-1000 message 1000");
  }

  @Test
  void twoLoopsMoveEachAtItsOwnPace() {
    hub.addLoop();
    hub.addLoop();
    Reader first = hub.open(0, Subscription.to("a"), Origin.live(), ScriptedOutlet.Mode.FAST);
    Reader second = hub.open(1, Subscription.to("a"), Origin.live(), ScriptedOutlet.Mode.FAST);
    hub.run(0);
    hub.run(1);
    hub.publish("a", "1");
    hub.run(0);
    assertThat(first.blocks).hasSize(2);
    assertThat(second.blocks).hasSize(1);
    hub.run(1);
    assertThat(second.blocks).hasSize(2);
  }

  @Test
  void aHeartbeatIsThePositionOfAStreamThatGetsNothing() {
    hub.addLoop();
    Reader reader = hub.open(0, Subscription.to("quiet"), Origin.live(), ScriptedOutlet.Mode.FAST);
    hub.run(0);
    for (int i = 1; i <= 7; i++) {
      hub.publish("busy", "" + i);
    }
    for (int i = 0; i < 80; i++) {
      hub.time.advance(Duration.ofMillis(BeatWheel.TICK_MILLIS));
      hub.run(0);
    }
    assertThat(reader.blocks).containsExactly("e-0 connected", "e-7");
  }
}
