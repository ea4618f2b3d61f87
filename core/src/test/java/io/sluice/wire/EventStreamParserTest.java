package io.sluice.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the shared conformance set can't say: limits, buffers, resuming, order of calls. */
class EventStreamParserTest {

  private final List<String> calls = new ArrayList<>();
  private final EventStreamListener recorder =
      new EventStreamListener() {
        @Override
        public void event(String id, String type, String data) {
          calls.add("event " + id + " " + type + " " + data);
        }

        @Override
        public void position(String id) {
          calls.add("position " + id);
        }

        @Override
        public void field(String name, String value) {
          calls.add("field " + name + " " + value);
        }

        @Override
        public void blockWithoutData() {
          calls.add("blockWithoutData");
        }

        @Override
        public void retry(long millis) {
          calls.add("retry " + millis);
        }
      };

  @Test
  void eventIsThereTheMomentItsLastCarriageReturnArrives() {
    EventStreamParser parser = new EventStreamParser(recorder, 100);
    feed(parser, "data: a\r\r");
    assertThat(calls).containsExactly("event  message a");
  }

  @Test
  void unknownFieldsComeBeforeTheEndOfTheirBlock() {
    EventStreamParser parser = new EventStreamParser(recorder, 100);
    feed(parser, "id: 1\nchannel: x\n\nchannel: y\ndata: d\n\nfoo: z\n\n");
    assertThat(calls)
        .containsExactly(
            "field channel x",
            "position 1",
            "blockWithoutData",
            "field channel y",
            "event 1 message d",
            "field foo z",
            "blockWithoutData");
  }

  @Test
  void resumedStreamKeepsItsPositionUntilAnIdArrives() {
    EventStreamParser parser = new EventStreamParser(recorder, 100, "k3f9-7");
    feed(parser, "data: a\n\nid: k3f9-8\ndata: b\n\n");
    assertThat(calls).containsExactly("event k3f9-7 message a", "event k3f9-8 message b");
    assertThat(parser.lastEventId()).isEqualTo("k3f9-8");
  }

  @Test
  void lastEventIdMovesOnlyWhenTheBlockHasEnded() {
    EventStreamParser parser = new EventStreamParser(recorder, 100);
    feed(parser, "id: 5\n");
    assertThat(parser.lastEventId()).isEmpty();
    feed(parser, "\n");
    assertThat(parser.lastEventId()).isEqualTo("5");
  }

  @Test
  void retryBeyondLongIsTheLargestLong() {
    EventStreamParser parser = new EventStreamParser(recorder, 100);
    feed(
        parser, "retry: 9223372036854775807\nretry: 9223372036854775808\nretry: " + "9".repeat(60));
    feed(parser, "\n");
    assertThat(calls)
        .containsExactly(
            "retry 9223372036854775807", "retry 9223372036854775807", "retry 9223372036854775807");
  }

  @Test
  void blockOfExactlyTheLimitIsRead() {
    EventStreamParser parser = new EventStreamParser(recorder, 10);
    feed(parser, "data: 1234\n\n");
    assertThat(calls).containsExactly("event  message 1234");
  }

  @Test
  void lineBeyondTheLimitIsRefusedWithTheLimit() {
    EventStreamParser parser = new EventStreamParser(recorder, 10);
    assertThatThrownBy(() -> feed(parser, "data: 12345\n"))
        .isInstanceOfSatisfying(
            BlockTooLargeException.class, e -> assertThat(e.maxBlockBytes()).isEqualTo(10))
        .hasMessageContaining("10 bytes");
  }

  @Test
  void lineThatNeverEndsIsRefused() {
    EventStreamParser parser = new EventStreamParser(recorder, 10);
    feed(parser, "data: 1234");
    assertThatThrownBy(() -> feed(parser, "5")).isInstanceOf(BlockTooLargeException.class);
  }

  @Test
  void manySmallLinesOfOneBlockAreRefusedTogether() {
    EventStreamParser parser = new EventStreamParser(recorder, 20);
    assertThatThrownBy(() -> feed(parser, "data: 1\n".repeat(20)))
        .isInstanceOf(BlockTooLargeException.class);
    assertThat(calls).isEmpty();
  }

  @Test
  void limitHoldsForABlockNotForTheStream() {
    EventStreamParser parser = new EventStreamParser(recorder, 10);
    for (int i = 0; i < 1000; i++) {
      feed(parser, ": c\ndata: 1\n\n");
    }
    assertThat(calls).hasSize(1000);
  }

  @Test
  void smallEventsAfterALargeOneAreRead() {
    EventStreamParser parser = new EventStreamParser(recorder, 1 << 20);
    String large = "x".repeat(300_000);
    String stream = "data: " + large + "\n\ndata: a\n\ndata: b\n\n";
    byte[] bytes = stream.getBytes(UTF_8);
    for (int from = 0; from < bytes.length; from += 1000) {
      parser.feed(bytes, from, Math.min(from + 1000, bytes.length));
    }
    assertThat(calls)
        .containsExactly("event  message " + large, "event  message a", "event  message b");
  }

  @Test
  void bufferIsReadFromItsPositionToItsLimit() {
    EventStreamParser parser = new EventStreamParser(recorder, 100);
    ByteBuffer buffer = ByteBuffer.wrap("##data: a\n\n##".getBytes(UTF_8)).position(2).limit(11);
    parser.feed(buffer.slice());
    parser.feed(buffer);
    assertThat(buffer.hasRemaining()).isFalse();
    assertThat(calls).containsExactly("event  message a", "event  message a");
  }

  @Test
  void limitBelowOneIsRefused() {
    assertThatThrownBy(() -> new EventStreamParser(recorder, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
  }

  private static void feed(EventStreamParser parser, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    parser.feed(bytes, 0, bytes.length);
  }
}
