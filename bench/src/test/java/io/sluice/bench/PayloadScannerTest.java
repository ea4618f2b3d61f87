package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PayloadScannerTest {

  private static final int PAYLOAD_BYTES = 48;

  private record Seen(int publisher, int sequence, int scheduledMicros) {}

  private final List<Seen> seen = new ArrayList<>();
  private final PayloadScanner scanner =
      new PayloadScanner(PAYLOAD_BYTES, (p, s, t) -> seen.add(new Seen(p, s, t)));

  @Test
  void readsWhatWasWritten() {
    scan(event("id: 1\ndata: ", 0x7FFF_0003, 2_000_000_000, -1));

    assertThat(seen).containsExactly(new Seen(0x7FFF_0003, 2_000_000_000, -1));
  }

  @Test
  void findsEveryPayloadWhereverTheStreamIsCutInTwo() {
    byte[] stream = stream(5);
    for (int cut = 0; cut <= stream.length; cut++) {
      seen.clear();
      scan(stream, 0, cut);
      scan(stream, cut, stream.length);
      assertThat(seen).as("cut at %d", cut).isEqualTo(expected(5));
    }
  }

  @Test
  void findsEveryPayloadByteByByte() {
    byte[] stream = stream(5);
    for (int at = 0; at < stream.length; at++) {
      scan(stream, at, at + 1);
    }
    assertThat(seen).isEqualTo(expected(5));
  }

  @Test
  void findsEveryPayloadInRandomPieces() {
    byte[] stream = stream(200);
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      seen.clear();
      for (int at = 0; at < stream.length; ) {
        int to = Math.min(stream.length, at + 1 + random.nextInt(1 + random.nextInt(200)));
        scan(stream, at, to);
        at = to;
      }
      assertThat(seen).as("round %d", round).isEqualTo(expected(200));
    }
  }

  @Test
  void beginningsOfMarkersAreNotPayloads() {
    scan("~~sluice ~slui~sluice;~".getBytes(StandardCharsets.US_ASCII));
    scan(event("~sluic~", 1, 2, 3));

    assertThat(seen).containsExactly(new Seen(1, 2, 3));
  }

  @Test
  void aPayloadIsFoundBeforeWhereTheLastGapSuggests() {
    scan(event("id: 12345678901234567890\ndata: ", 0, 0, 0));
    scan(event("data: ", 0, 1, 0));
    scan(event("id: 12345678901234567890\ndata: ", 0, 2, 0));

    assertThat(seen).extracting(Seen::sequence).containsExactly(0, 1, 2);
  }

  @Test
  void aCutPayloadIsForgottenWithItsConnection() {
    byte[] event = event("data: ", 0, 1, 0);
    scan(event, 0, 30);
    scanner.restart();
    scan(event);

    assertThat(seen).extracting(Seen::sequence).containsExactly(1);
  }

  /** Events with gaps of different lengths between them, some longer than a payload. */
  private static byte[] stream(int events) {
    ByteBuffer stream = ByteBuffer.allocate(events * 300);
    for (int i = 0; i < events; i++) {
      String noise = i % 3 == 0 ? ": " + "comment ".repeat(i % 10) + "\n" : "";
      stream.put(event(noise + "id: " + i * 977 + "\ndata: ", i % 4, i, 1000 * i));
    }
    byte[] bytes = new byte[stream.position()];
    stream.get(0, bytes);
    return bytes;
  }

  private static List<Seen> expected(int events) {
    List<Seen> expected = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      expected.add(new Seen(i % 4, i, 1000 * i));
    }
    return expected;
  }

  private static byte[] event(String before, int publisher, int sequence, int scheduledMicros) {
    byte[] start = before.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer event =
        ByteBuffer.allocate(start.length + PAYLOAD_BYTES + 2).order(ByteOrder.LITTLE_ENDIAN);
    event.put(start).put(Payload.blank(PAYLOAD_BYTES)).put((byte) '\n').put((byte) '\n');
    Payload.write(event, start.length, publisher, sequence, scheduledMicros);
    return event.array();
  }

  private void scan(byte[] bytes) {
    scan(bytes, 0, bytes.length);
  }

  private void scan(byte[] bytes, int from, int to) {
    // A copy with garbage around it: nothing outside of the piece may be looked at.
    ByteBuffer piece = ByteBuffer.allocateDirect(to - from + 200).order(ByteOrder.LITTLE_ENDIAN);
    piece.put(0, "~sluice:".repeat(25).getBytes(StandardCharsets.US_ASCII));
    for (int i = 100 + to - from; i + 8 < piece.capacity(); i++) {
      piece.putLong(i, Payload.MARKER);
    }
    piece.put(100, bytes, from, to - from);
    scanner.body(piece, 100, 100 + to - from);
  }
}
