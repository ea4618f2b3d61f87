package io.sluice.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The layout of a published payload, made to be found and read without parsing what is around it.
 *
 * <pre>
 * bytes  0-7    marker
 *        8-15   publisher   (32 bits)
 *       16-23   sequence    (32 bits, per publisher and channel, from 0)
 *       24-31   scheduled   (32 bits, microseconds on the run's clock)
 *       32-     padding
 * </pre>
 *
 * <p>Numbers are written as eight letters {@code a} to {@code p}, four bits each: they pass through
 * JSON, URLs and line-based protocols unchanged, and are packed and unpacked by one instruction.
 *
 * <p>Offsets are absolute and buffers must be little endian; no buffer's position is touched.
 */
final class Payload {

  /** Bytes up to the padding; no payload is shorter. */
  static final int HEADER_BYTES = 32;

  private static final byte[] MARKER_BYTES = "~sluice:".getBytes(StandardCharsets.US_ASCII);

  /** The marker as {@link ByteBuffer#getLong(int)} reads it. */
  static final long MARKER =
      ByteBuffer.wrap(MARKER_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong(0);

  private static final int PUBLISHER = 8;
  private static final int SEQUENCE = 16;
  private static final int SCHEDULED = 24;

  private static final long NIBBLES = 0x0F0F0F0F0F0F0F0FL;
  private static final long LETTER_A = 0x6161616161616161L;

  private Payload() {}

  /** A payload of this size with all numbers zero. */
  static byte[] blank(int bytes) {
    if (bytes < HEADER_BYTES) {
      throw new IllegalArgumentException(
          "a payload of " + bytes + " bytes can't hold its header of " + HEADER_BYTES);
    }
    byte[] payload = new byte[bytes];
    Arrays.fill(payload, (byte) 'x');
    System.arraycopy(MARKER_BYTES, 0, payload, 0, MARKER_BYTES.length);
    Arrays.fill(payload, MARKER_BYTES.length, HEADER_BYTES, (byte) 'a');
    return payload;
  }

  static byte markerByte(int index) {
    return MARKER_BYTES[index];
  }

  static int markerLength() {
    return MARKER_BYTES.length;
  }

  static void write(ByteBuffer to, int at, int publisher, int sequence, int scheduledMicros) {
    to.putLong(at + PUBLISHER, letters(publisher));
    to.putLong(at + SEQUENCE, letters(sequence));
    to.putLong(at + SCHEDULED, letters(scheduledMicros));
  }

  static int publisher(ByteBuffer from, int at) {
    return number(from.getLong(at + PUBLISHER));
  }

  static int sequence(ByteBuffer from, int at) {
    return number(from.getLong(at + SEQUENCE));
  }

  static int scheduledMicros(ByteBuffer from, int at) {
    return number(from.getLong(at + SCHEDULED));
  }

  private static long letters(int number) {
    return Long.expand(number & 0xFFFFFFFFL, NIBBLES) + LETTER_A;
  }

  private static int number(long letters) {
    return (int) Long.compress(letters - LETTER_A, NIBBLES);
  }
}
