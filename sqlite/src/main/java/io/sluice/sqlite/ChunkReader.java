package io.sluice.sqlite;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the events of a row, oldest first: the counterpart of {@link ChunkWriter}.
 *
 * <p>One caller at a time.
 */
final class ChunkReader {

  private static final int CHECKSUM_BYTES = 4;

  private final ChunkHead head;
  private final byte[] data;
  private int at = CHECKSUM_BYTES;
  private int read;
  private long sequence;
  private int keyFrom;
  private int keyLength;
  private int bodyFrom;
  private int bodyLength;

  /**
   * Stands before the first event.
   *
   * @throws DamagedChunkException if the row isn't as it was written
   */
  ChunkReader(ChunkHead head, byte[] data) {
    this.head = head;
    this.data = data;
    this.sequence = head.first();
    if (data.length < CHECKSUM_BYTES || checksum() != head.checksum(data, CHECKSUM_BYTES)) {
      throw new DamagedChunkException(head, "its checksum is wrong");
    }
  }

  private int checksum() {
    int checksum = 0;
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      checksum = checksum << 8 | (data[i] & 0xff);
    }
    return checksum;
  }

  ChunkHead head() {
    return head;
  }

  /** Moves to the next event; false after the last. */
  boolean next() {
    if (read == head.events()) {
      if (at != data.length || sequence != head.last()) {
        throw new DamagedChunkException(head, "it holds other events than it says");
      }
      return false;
    }
    try {
      sequence += number();
      keyLength = (int) number() - 1;
      keyFrom = at;
      at += Math.max(keyLength, 0);
      bodyLength = (int) number();
      bodyFrom = at;
      at += bodyLength;
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new DamagedChunkException(head, "it ends too early");
    }
    read++;
    return true;
  }

  /**
   * Moves to the first event past a sequence.
   *
   * @return false if there is none
   */
  boolean nextAfter(long after) {
    while (next()) {
      if (sequence > after) {
        return true;
      }
    }
    return false;
  }

  private long number() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = data[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  /** The event's sequence. */
  long sequence() {
    return sequence;
  }

  /** The event's key, or null. */
  @Nullable String key() {
    return keyLength < 0 ? null : new String(data, keyFrom, keyLength, StandardCharsets.UTF_8);
  }

  /** Where the row's data are; not to be changed. */
  byte[] data() {
    return data;
  }

  /** Index of the body of the event's frame in the data. */
  int bodyFrom() {
    return bodyFrom;
  }

  int bodyLength() {
    return bodyLength;
  }
}
