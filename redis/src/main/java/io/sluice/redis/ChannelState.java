package io.sluice.redis;

import java.nio.ByteBuffer;

/**
 * What is known of a channel without looking into it.
 *
 * <p>Immutable.
 *
 * @param total events that it ever had
 * @param bytes bytes of their frames
 * @param newest the sequence of the newest
 * @param goneTotal how many of them are gone from Redis
 * @param goneBytes and the bytes of their frames
 * @param goneLast the newest sequence that is gone, 0 if none is
 * @param oldestMillis when the oldest that is there was appended
 */
record ChannelState(
    long total,
    long bytes,
    long newest,
    long goneTotal,
    long goneBytes,
    long goneLast,
    long oldestMillis) {

  static ChannelState of(byte[] packed) {
    ByteBuffer in = ByteBuffer.wrap(packed);
    return new ChannelState(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }

  boolean isEmpty() {
    return total == goneTotal;
  }
}
