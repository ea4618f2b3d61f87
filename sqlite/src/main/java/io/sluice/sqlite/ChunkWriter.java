package io.sluice.sqlite;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Packs events of one channel that are committed together into what one row holds.
 *
 * <p>The layout: four bytes CRC-32C (of {@link ChunkHead#checksum}), then for each event the
 * difference of its sequence to that of the event before (0 for the first), the length of its key
 * plus one (0 without a key), the key in UTF-8, the length of its frame's body, the body. Numbers
 * are unsigned LEB128.
 *
 * <p>One caller at a time; used again after {@link #reset}.
 */
final class ChunkWriter {

  private static final int CHECKSUM_BYTES = 4;
  private static final int MAX_NUMBER_BYTES = 10;

  private byte[] bytes = new byte[512];
  private int used = CHECKSUM_BYTES;
  private long first;
  private long last;
  private int events;
  private long frameBytes;

  /** Begins anew. */
  void reset() {
    used = CHECKSUM_BYTES;
    events = 0;
    frameBytes = 0;
    if (bytes.length > 1 << 20) {
      bytes = new byte[512];
    }
  }

  /**
   * Adds an event; its sequence must be past that of the one before.
   *
   * @param headBytes what stands in its frame before the body
   */
  void add(long sequence, @Nullable String key, byte[] body, int headBytes) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    int needed =
        used + 3 * MAX_NUMBER_BYTES + (keyBytes == null ? 0 : keyBytes.length) + body.length;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
    }
    if (events == 0) {
      first = sequence;
      last = sequence;
    }
    number(sequence - last);
    number(keyBytes == null ? 0 : keyBytes.length + 1);
    if (keyBytes != null) {
      System.arraycopy(keyBytes, 0, bytes, used, keyBytes.length);
      used += keyBytes.length;
    }
    number(body.length);
    System.arraycopy(body, 0, bytes, used, body.length);
    used += body.length;
    last = sequence;
    events++;
    frameBytes += headBytes + body.length;
  }

  private void number(long value) {
    long rest = value;
    while (rest >= 0x80) {
      bytes[used++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[used++] = (byte) rest;
  }

  int events() {
    return events;
  }

  long first() {
    return first;
  }

  /** What is known of it, for the row. */
  ChunkHead head(long channel, long timeMillis) {
    return new ChunkHead(first, channel, last, events, timeMillis, frameBytes);
  }

  /** The row's data. */
  byte[] seal(ChunkHead head) {
    byte[] data = Arrays.copyOf(bytes, used);
    int checksum = head.checksum(data, CHECKSUM_BYTES);
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      data[i] = (byte) (checksum >>> (24 - 8 * i));
    }
    return data;
  }
}
