package io.sluice.sqlite;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a row of the table {@code chunk} says of its events, beside the events themselves.
 *
 * <p>Immutable.
 *
 * @param first sequence of the first, and the row's number
 * @param channel the channel's number
 * @param last sequence of the last
 * @param events how many
 * @param timeMillis when all of them were appended
 * @param bytes of all their frames
 */
record ChunkHead(long first, long channel, long last, int events, long timeMillis, long bytes) {

  /** Whether no sequence between the first and the last is another channel's. */
  boolean isDense() {
    return last - first + 1 == events;
  }

  /**
   * Of the data and of everything here but the bytes, which depend on how frames are shown: a row
   * that stands in another's place is found out too.
   */
  int checksum(byte[] data, int from) {
    CRC32C crc = new CRC32C();
    crc.update(
        ByteBuffer.allocate(5 * Long.BYTES)
            .putLong(first)
            .putLong(channel)
            .putLong(last)
            .putLong(events)
            .putLong(timeMillis)
            .flip());
    crc.update(data, from, data.length - from);
    return (int) crc.getValue();
  }
}
