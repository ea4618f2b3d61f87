package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.hub.LoopedHub.Reader;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import io.sluice.wire.GzipData;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches and compressed data, one thing at a time; random schedules try them together. */
class PackingTest {

  private static final Packing BATCH = new Packing(Duration.ofMillis(100), false);
  private static final Packing GZIP = new Packing(Duration.ZERO, true);
  private static final Packing BOTH = new Packing(Duration.ofMillis(100), true);
  private static final String LARGE = "large ".repeat(300);

  private final LoopedHub hub = new LoopedHub(RetentionRules.DEFAULT, 64 << 20);

  @BeforeEach
  void loop() {
    hub.addLoop();
  }

  private Reader open(Packing packing, Origin origin) {
    return open(packing, origin, ScriptedOutlet.Mode.FAST);
  }

  private Reader open(Packing packing, Origin origin, ScriptedOutlet.Mode mode) {
    Reader reader =
        hub.open(
            0, new StreamRequest(Subscription.to("a", "b"), origin, false).packed(packing), mode);
    hub.run(0);
    return reader;
  }

  private void publish(String channel, String data) {
    hub.publish(channel, data);
    hub.run(0);
  }

  private void pass(int millis) {
    hub.time.advance(Duration.ofMillis(millis));
    hub.run(0);
  }

  private static Origin after(long sequence) {
    return new Origin.After(new EventId(LoopedHub.EPOCH, sequence));
  }

  private static String element(long id, String channel, String data) {
    return "{\"id\":\"e-" + id + "\",\"channel\":\"" + channel + "\",\"data\":\"" + data + "\"}";
  }

  // ---- batches

  @Test
  void whatIsPublishedWithinTheTimeComesInOneBlock() {
    Reader reader = open(BATCH, Origin.live());
    publish("a", "1");
    publish("other", "2");
    publish("b", "3");
    pass(99);
    assertThat(reader.blocks).containsExactly("e-0 connected");
    pass(1);
    publish("a", "4");
    pass(100);
    pass(1000);

    assertThat(reader.blocks)
        .containsExactly(
            "e-0 connected",
            "e-3 batch [" + element(1, "a", "1") + "," + element(3, "b", "3") + "]",
            "e-4 batch [" + element(4, "a", "4") + "]");
  }

  @Test
  void whoDoesntAskForBatchesIsNotHeldUpByThoseWhoDo() {
    open(BATCH, Origin.live());
    Reader plain = open(Packing.NONE, Origin.live());
    publish("a", "1");

    assertThat(plain.blocks).containsExactly("e-0 connected", "e-1 message 1");
  }

  @Test
  void aBatchThatIsFullDoesntWait() {
    Reader reader = open(BATCH, Origin.live());
    for (int i = 1; i <= Packer.MAX_EVENTS + 1; i++) {
      hub.publish("a", "x");
    }
    hub.run(0);
    assertThat(reader.blocks).hasSize(2);
    assertThat(reader.blocks.get(1)).startsWith("e-" + Packer.MAX_EVENTS + " batch ");
    pass(100);
    assertThat(reader.blocks).hasSize(3);
  }

  @Test
  void bytesFillABatchToo() {
    Reader reader = open(BATCH, Origin.live());
    String data = "y".repeat(Packer.MAX_BYTES / 2);
    hub.publish("a", data);
    hub.publish("a", data);
    hub.publish("a", "small");
    hub.run(0);
    assertThat(reader.blocks).hasSize(2);
    pass(100);
    assertThat(reader.blocks.get(2)).contains("e-2", "e-3", "small");
  }

  @Test
  void aResumeGetsItsPastInBatchesAtOnce() {
    for (int i = 1; i <= 1000; i++) {
      hub.publish("a", "x");
    }
    Reader reader = open(BATCH, after(10));
    assertThat(reader.blocks.stream().map(block -> block.replaceFirst(" \\[.*", "")))
        .containsExactly("e-10 connected", "e-522 batch", "e-1000 batch");
  }

  @Test
  void whoComesWhileOthersGatherGetsOnlyWhatIsNew() {
    Reader first = open(BATCH, Origin.live());
    publish("a", "1");
    Reader second = open(BATCH, Origin.live());
    Reader third = open(BATCH, after(0));
    publish("a", "2");
    pass(100);

    assertThat(first.blocks.getLast())
        .isEqualTo("e-2 batch [" + element(1, "a", "1") + "," + element(2, "a", "2") + "]");
    assertThat(second.blocks)
        .containsExactly("e-1 connected", "e-2 batch [" + element(2, "a", "2") + "]");
    assertThat(third.blocks)
        .containsExactly(
            "e-0 connected",
            "e-1 batch [" + element(1, "a", "1") + "]",
            "e-2 batch [" + element(2, "a", "2") + "]");
  }

  @Test
  void aHeartbeatBesideABatchHasThePositionBeforeIt() {
    Packing slow = new Packing(Duration.ofSeconds(10), false);
    Reader reader = open(slow, Origin.live());
    publish("other", "1");
    for (int i = 0; i < 28; i++) {
      pass(250);
    }
    publish("a", "2");
    for (int i = 0; i < 40; i++) {
      pass(250);
    }
    assertThat(reader.blocks)
        .containsExactly("e-0 connected", "e-1", "e-2 batch [" + element(2, "a", "2") + "]");
  }

  @Test
  void aChangeComesAfterWhatWasGathered() {
    Reader reader = open(BATCH, Origin.live());
    publish("a", "1");
    hub.change(
        0,
        reader,
        new SubscriptionChange(
            List.of(), List.of(), List.of(ChannelPattern.parse("a")), List.of(), Origin.live()));
    hub.run(0);
    publish("a", "2");
    publish("b", "3");
    pass(100);

    assertThat(reader.blocks)
        .containsExactly(
            "e-0 connected",
            "e-1 batch [" + element(1, "a", "1") + "]",
            "e-1 subscription",
            "e-3 batch [" + element(3, "b", "3") + "]");
  }

  @Test
  void aStreamThatIsEndedGetsWhatWasGatheredFirst() {
    Reader reader = open(BATCH, Origin.live());
    publish("a", "1");
    hub.onLoop(0, () -> reader.stream.loop.expire(reader.stream, Control.Expiry.TOKEN));

    assertThat(reader.blocks)
        .containsExactly(
            "e-0 connected",
            "e-1 batch [" + element(1, "a", "1") + "]",
            "e-1 expired {\"reason\":\"token\"}");
  }

  @Test
  void whoHasNoRoomForABatchGetsItLaterFromTheLog() {
    Reader reader = open(BATCH, Origin.live());
    reader.outlet.mode(ScriptedOutlet.Mode.STUCK);
    publish("a", "1");
    pass(100);
    publish("a", "2");
    reader.outlet.mode(ScriptedOutlet.Mode.FAST);
    hub.drain(0, reader);
    hub.run(0);

    assertThat(reader.blocks)
        .containsExactly(
            "e-0 connected",
            "e-2 batch [" + element(1, "a", "1") + "," + element(2, "a", "2") + "]");
  }

  @Test
  void timesOutOfBoundsAreRefused() {
    assertThatThrownBy(() -> new Packing(Duration.ofMillis(9), false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Packing(Duration.ofMillis(10_001), false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- compressed data

  @Test
  void largeDataIsCompressedOnceForAllWhoAsk() {
    Reader one = open(GZIP, Origin.live());
    Reader two = open(GZIP, Origin.live());
    Reader plain = open(Packing.NONE, Origin.live());
    publish("a", LARGE);
    publish("a", "small");
    assertThat(one.blocks).containsExactly("e-0 connected");
    assertThat(plain.blocks)
        .containsExactly("e-0 connected", "e-1 message " + LARGE, "e-2 message small");

    hub.compress();
    hub.run(0);
    assertThat(one.blocks.get(1)).startsWith("e-1 message " + GzipData.MARKER).hasSizeLessThan(200);
    assertThat(one.blocks.get(2)).isEqualTo("e-2 message small");
    assertThat(two.blocks).isEqualTo(one.blocks);
    Reader later = open(GZIP, after(0));
    assertThat(later.blocks.subList(1, 3)).isEqualTo(one.blocks.subList(1, 3));
    assertThat(hub.hub.figures().compression().events()).isEqualTo(1);
  }

  @Test
  void dataThatBecomesNoSmallerGoesAsItIs() {
    StringBuilder random = new StringBuilder();
    new java.util.Random(1).ints(2000, ' ' + 1, 127).forEach(c -> random.append((char) c));
    Reader reader = open(GZIP, Origin.live());
    publish("a", random.toString());
    hub.compress();
    hub.run(0);

    assertThat(reader.blocks.get(1)).isEqualTo("e-1 message " + random);
  }

  @Test
  void dataThatBeginsLikeCompressedDataIsCompressedWhateverItsSize() {
    Reader reader = open(GZIP, Origin.live());
    Reader plain = open(Packing.NONE, Origin.live());
    publish("a", GzipData.MARKER);
    hub.compress();
    hub.run(0);

    assertThat(plain.blocks.get(1)).isEqualTo("e-1 message " + GzipData.MARKER);
    assertThat(reader.blocks.get(1)).startsWith("e-1 message " + GzipData.MARKER + "H4sI");
  }

  @Test
  void whatWaitsTooLongForTheCompressorGoesAsItIs() {
    Reader reader = open(GZIP, Origin.live());
    publish("a", LARGE);
    publish("a", GzipData.MARKER + "!");
    for (int i = 0; i < 120; i++) {
      publish("a", "z".repeat(10_000));
    }
    assertThat(reader.blocks.get(1)).isEqualTo("e-1 message " + LARGE);
    // This must be packed; it is, without becoming smaller.
    assertThat(reader.blocks.get(2)).startsWith("e-2 message " + GzipData.MARKER + "H4sI");
  }

  @Test
  void inABatchItIsTheElementsDataThatIsCompressed() {
    Reader reader = open(BOTH, Origin.live());
    publish("a", LARGE);
    publish("b", "small");
    pass(100);
    assertThat(reader.blocks).hasSize(1);
    hub.compress();
    hub.run(0);

    assertThat(reader.blocks.get(1))
        .startsWith(
            "e-2 batch [{\"id\":\"e-1\",\"channel\":\"a\",\"data\":\"" + GzipData.MARKER + "H4sI")
        .endsWith("," + element(2, "b", "small") + "]");
  }
}
