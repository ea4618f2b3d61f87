package io.sluice.redis;

import io.sluice.log.Draft;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What one batch has of one channel.
 *
 * <p>Immutable.
 *
 * @param channel its name
 * @param timeMillis when it was appended
 * @param first the sequence of its first event
 * @param total events that the channel ever had, with these
 * @param bytes and the bytes of their frames
 * @param count how many of them are these
 * @param events they themselves, in order
 */
record Row(
    String channel,
    long timeMillis,
    long first,
    long total,
    long bytes,
    int count,
    List<Row.Event> events) {

  /** One event. */
  record Event(long sequence, Draft draft) {}

  static Row of(String channel, byte[] header, byte[] encoded) {
    ByteBuffer head = ByteBuffer.wrap(header);
    long time = head.getLong();
    long batch = head.getLong();
    long first = head.getLong();
    long total = head.getLong();
    long bytes = head.getLong();
    int count = head.getInt();
    List<Event> events = new ArrayList<>(count);
    ByteBuffer in = ByteBuffer.wrap(encoded);
    while (in.hasRemaining()) {
      long sequence = batch + (in.getInt() & 0xffffffffL);
      int length = in.getInt();
      events.add(new Event(sequence, EventCodec.decode(channel, in, length)));
    }
    return new Row(channel, time, first, total, bytes, count, events);
  }

  long last() {
    return events.getLast().sequence();
  }
}
