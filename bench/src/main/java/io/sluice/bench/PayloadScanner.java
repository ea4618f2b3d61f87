package io.sluice.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds the payloads in a stream that may be cut anywhere.
 *
 * <p>Confined to its subscriber's loop. No allocation after construction.
 */
final class PayloadScanner implements BodySink {

  /*
   * Events of one channel differ little in what surrounds the payload, so the marker is first
   * looked for where the last one was: one comparison per event. Only when it isn't there is the
   * stream searched byte by byte. A guess can't jump over a payload, because it is only made where
   * the jump is shorter than one.
   *
   * What may be the beginning of a header at the end of a piece goes byte by byte through `begun`,
   * which therefore always holds the beginning of the marker or of a header, never anything else.
   */

  private final int payloadBytes;
  private final PayloadSink sink;

  private final ByteBuffer begun =
      ByteBuffer.allocate(Payload.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private int begunBytes;

  /** Bytes of padding that are still to come of a payload whose header was read. */
  private int paddingToCome;

  /** From the end of a payload to the next marker, as it was the last time. */
  private int expectedGap;

  /** Bytes that came since the end of the last payload. */
  private int sincePayload;

  PayloadScanner(int payloadBytes, PayloadSink sink) {
    this.payloadBytes = payloadBytes;
    this.sink = sink;
  }

  /** Forgets a payload that was cut off by the end of its connection. */
  void restart() {
    begunBytes = 0;
    paddingToCome = 0;
    sincePayload = 0;
  }

  @Override
  public void body(ByteBuffer bytes, int from, int to) {
    int at = from;
    while (begunBytes > 0 && at < to) {
      sincePayload++;
      begin(bytes.get(at++));
    }
    if (paddingToCome > 0) {
      int padding = Math.min(paddingToCome, to - at);
      paddingToCome -= padding;
      at += padding;
      sincePayload = 0;
    }
    at = wholeHeaders(bytes, at, to);
    sincePayload += to - at;
    for (int i = Math.max(at, to - Payload.HEADER_BYTES + 1); i < to; i++) {
      begin(bytes.get(i));
    }
  }

  /** The hot path. Answers where the last payload ended, at most {@code to}. */
  private int wholeHeaders(ByteBuffer bytes, int from, int to) {
    int at = from;
    int lastHeader = to - Payload.HEADER_BYTES;
    while (at <= lastHeader) {
      int marker = at + expectedGap - sincePayload;
      boolean asExpected =
          marker >= at
              && marker <= lastHeader
              && expectedGap < payloadBytes
              && bytes.getLong(marker) == Payload.MARKER;
      if (!asExpected) {
        marker = search(bytes, at, lastHeader);
        if (marker < 0) {
          return at;
        }
        expectedGap = sincePayload + marker - at;
      }
      sink.payload(
          Payload.publisher(bytes, marker),
          Payload.sequence(bytes, marker),
          Payload.scheduledMicros(bytes, marker));
      sincePayload = 0;
      at = marker + payloadBytes;
    }
    if (at > to) {
      paddingToCome = at - to;
      return to;
    }
    return at;
  }

  private static int search(ByteBuffer bytes, int from, int last) {
    for (int at = from; at <= last; at++) {
      if (bytes.getLong(at) == Payload.MARKER) {
        return at;
      }
    }
    return -1;
  }

  private void begin(byte next) {
    begun.put(begunBytes++, next);
    while (begunBytes > 0 && !beginsMarker()) {
      begunBytes--;
      for (int i = 0; i < begunBytes; i++) {
        begun.put(i, begun.get(i + 1));
      }
    }
    if (begunBytes == Payload.HEADER_BYTES) {
      begunBytes = 0;
      sincePayload = 0;
      paddingToCome = payloadBytes - Payload.HEADER_BYTES;
      sink.payload(
          Payload.publisher(begun, 0),
          Payload.sequence(begun, 0),
          Payload.scheduledMicros(begun, 0));
    }
  }

  private boolean beginsMarker() {
    for (int i = Math.min(begunBytes, Payload.markerLength()) - 1; i >= 0; i--) {
      if (begun.get(i) != Payload.markerByte(i)) {
        return false;
      }
    }
    return true;
  }
}
