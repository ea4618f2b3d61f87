package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.log.Append;
import io.sluice.log.Draft;
import io.sluice.log.Epochs;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams that want what isn't in memory, and a store that takes its time. */
class StoredHubTest {

  private static final Subscription A = Subscription.to("a");

  private LoopedHub looped = hub(RetentionRules.DEFAULT);

  private static LoopedHub hub(RetentionRules rules) {
    LoopedHub hub = LoopedHub.onStore(rules, 5);
    hub.addLoop();
    return hub;
  }

  @AfterEach
  void close() {
    looped.hub.close();
  }

  private LoopedHub.Reader open(Origin origin) {
    return looped.open(0, A, origin, ScriptedOutlet.Mode.FAST);
  }

  private static Origin after(long sequence) {
    return new Origin.After(new EventId(LoopedHub.EPOCH, sequence));
  }

  private void answer() {
    looped.store.readNext();
    looped.run(0);
  }

  @Test
  void aStreamIsConnectedBeforeItsPastHasComeAndGetsItInOrder() {
    LoopedHub.Reader reader = open(after(3));
    looped.run(0);
    assertThat(reader.blocks).containsExactly("e-3 connected");
    looped.publish("a", "new");
    looped.run(0);
    assertThat(reader.stream.state).isEqualTo(Stream.State.FETCHING);

    answer();
    assertThat(reader.blocks)
        .containsExactly(
            "e-3 connected", "e-4 message old 4", "e-5 message old 5", "e-6 message new");
    assertThat(reader.stream.state).isEqualTo(Stream.State.RIDING);
  }

  @Test
  void aStreamWhoseBeginningIsAskedForIsToldNothingUntilItIsKnown() {
    looped.store.deferBeginnings();
    LoopedHub.Reader reader = open(Origin.earliest());
    looped.run(0);
    assertThat(reader.stream.state).isEqualTo(Stream.State.OPENING);
    assertThat(reader.blocks).isEmpty();

    answer();
    answer();
    assertThat(reader.blocks).startsWith("e-0 connected", "e-1 message old 1").hasSize(6);
  }

  @Test
  void aChangeOfAStreamThatOpensHoldsFromItsBeginning() {
    looped.store.deferBeginnings();
    LoopedHub.Reader reader = open(after(4));
    looped.run(0);
    var change =
        new SubscriptionChange(
            List.of(ChannelPattern.parse("b")), List.of(), List.of(), List.of(), Origin.live());
    looped.change(0, reader, change);
    looped.run(0);
    assertThat(reader.stream.subscription()).isEqualTo(A);

    answer();
    answer();
    looped.publish("b", "too");
    looped.run(0);
    assertThat(reader.blocks)
        .containsExactly(
            "e-4 connected", "e-4 subscription", "e-5 message old 5", "e-6 message too");
  }

  @Test
  void whatWasAskedForBeforeAChangeIsAskedForAgain() {
    LoopedHub.Reader reader = open(after(3));
    looped.run(0);
    var change =
        new SubscriptionChange(
            List.of(ChannelPattern.parse("b")),
            List.of(),
            List.of(A.patterns().getFirst()),
            List.of(),
            Origin.live());
    looped.change(0, reader, change);
    looped.run(0);
    while (looped.store.hasRead()) {
      answer();
    }
    assertThat(reader.blocks).containsExactly("e-3 connected", "e-3 subscription");
    assertThat(reader.stream.state).isEqualTo(Stream.State.RIDING);
  }

  @Test
  void aStreamWhosePastCantBeReadEnds() {
    LoopedHub.Reader reader = open(after(3));
    looped.run(0);
    looped.store.failNext();
    looped.run(0);
    assertThat(reader.outlet.isOver()).isTrue();
    assertThat(looped.hub.streams().recentlyClosed().getFirst().reason())
        .isEqualTo(CloseReason.STORE);
  }

  @Test
  void aStreamWhoseBeginningCantBeFoundEnds() {
    looped.store.deferBeginnings();
    LoopedHub.Reader reader = open(Origin.earliest());
    looped.store.failNext();
    looped.run(0);
    assertThat(reader.outlet.isOver()).isTrue();
    assertThat(reader.blocks).isEmpty();
  }

  @Test
  void aStreamThatEndsWhileItWaitsIsLeftAloneByTheAnswer() {
    LoopedHub.Reader reader = open(after(3));
    looped.run(0);
    reader.stream.disconnected(CloseReason.CLIENT);
    answer();
    assertThat(reader.blocks).containsExactly("e-3 connected");
    assertThat(looped.hub.streams().size()).isZero();
  }

  @Test
  void aGapOfWhatTheStoreGaveUpIsCounted() {
    looped.hub.close();
    looped = hub(RetentionRules.all(new Retention(2, null, Long.MAX_VALUE, Retention.Behind.GAP)));
    LoopedHub.Reader reader = open(after(1));
    looped.run(0);
    answer();
    assertThat(reader.blocks.get(0)).isEqualTo("e-1 connected");
    assertThat(reader.blocks.get(1))
        .startsWith("e-3 gap")
        .contains("\"reason\":\"evicted\"", "\"missed\":2", "\"next\":\"e-4\"");
    assertThat(reader.blocks.subList(2, 4))
        .containsExactly("e-4 message old 4", "e-5 message old 5");
  }

  @Test
  void idsOfALifeBeforeTheForkResumeAndLaterOnesAreAReset() {
    looped.hub.close();
    ListedStore forked =
        new ListedStore(
            Epochs.first("old").forked(LoopedHub.EPOCH, 3), HubOptions.DEFAULT, looped.time);
    for (int i = 1; i <= 3; i++) {
      forked.append(new Append(List.of(Draft.of(Publication.of("a", "" + i))), null)).join();
    }
    looped = new LoopedHub(forked);
    looped.addLoop();
    looped.publish("a", "4");
    looped.publish("a", "5");
    LoopedHub.Reader whole = open(new Origin.After(new EventId("old", 2)));
    LoopedHub.Reader lost = open(new Origin.After(new EventId("old", 4)));
    looped.run(0);
    answer();
    assertThat(whole.blocks)
        .containsExactly("old-2 connected", "old-3 message 3", "e-4 message 4", "e-5 message 5");
    assertThat(lost.blocks.get(0)).isEqualTo("old-4 connected");
    assertThat(lost.blocks.get(1)).contains("\"reason\":\"reset\"");
    assertThat(lost.blocks.subList(2, 4)).containsExactly("e-4 message 4", "e-5 message 5");
  }
}
