package io.sluice.wire;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes data as {@code gzip;base64,} and the base64 (RFC 4648, section 4) of one gzip member (RFC
 * 1952).
 *
 * <p>On a stream that asked for it, data that begins so is compressed and all other data is not:
 * what was published with that beginning has to be compressed too, whatever its size.
 *
 * <p>Not thread-safe: it keeps its compressor.
 */
public final class GzipData implements AutoCloseable {

  /** What compressed data begins with. */
  public static final String MARKER = "gzip;base64,";

  private static final byte[] MARKER_BYTES = MARKER.getBytes(StandardCharsets.US_ASCII);

  // Magic number, deflate, no flags, no time, no hint, system unknown.
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int TRAILER_BYTES = 8;

  private final Deflater deflater;
  private final CRC32 crc = new CRC32();

  /**
   * @param level from {@link Deflater#NO_COMPRESSION} to {@link Deflater#BEST_COMPRESSION}
   */
  public GzipData(int level) {
    this.deflater = new Deflater(level, true);
  }

  /** Whether data begins with the marker at an index of an array. */
  public static boolean isMarked(byte[] bytes, int data) {
    if (bytes.length - data < MARKER_BYTES.length) {
      return false;
    }
    for (int i = 0; i < MARKER_BYTES.length; i++) {
      if (bytes[data + i] != MARKER_BYTES[i]) {
        return false;
      }
    }
    return true;
  }

  /** The data as it stands on the wire, in ASCII, without a line end. */
  public byte[] encode(byte[] data) {
    byte[] member = member(data);
    byte[] base64 = Base64.getEncoder().encode(member);
    byte[] encoded = new byte[MARKER_BYTES.length + base64.length];
    System.arraycopy(MARKER_BYTES, 0, encoded, 0, MARKER_BYTES.length);
    System.arraycopy(base64, 0, encoded, MARKER_BYTES.length, base64.length);
    return encoded;
  }

  private byte[] member(byte[] data) {
    deflater.reset();
    deflater.setInput(data);
    deflater.finish();
    GrowingBytes out = new GrowingBytes();
    out.append(HEADER, 0, HEADER.length);
    byte[] piece = new byte[Math.min(64 << 10, data.length + 64)];
    while (!deflater.finished()) {
      int length = deflater.deflate(piece);
      out.append(piece, 0, length);
    }
    crc.reset();
    crc.update(data);
    byte[] trailer = new byte[TRAILER_BYTES];
    littleEndian(trailer, 0, crc.getValue());
    littleEndian(trailer, 4, data.length);
    out.append(trailer, 0, TRAILER_BYTES);
    return java.util.Arrays.copyOf(out.array(), out.length());
  }

  private static void littleEndian(byte[] target, int at, long value) {
    for (int i = 0; i < 4; i++) {
      target[at + i] = (byte) (value >>> (8 * i));
    }
  }

  /** Gives back the compressor's memory. */
  @Override
  public void close() {
    deflater.end();
  }
}
