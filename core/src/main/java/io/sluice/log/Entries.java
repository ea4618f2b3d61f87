package io.sluice.log;

import io.sluice.event.Event;
import io.sluice.wire.FrameData;
import io.sluice.wire.Frames;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was read from the log: references to entries, in order of their sequence numbers. The frames
 * stay where they are; entries read stay readable whatever the log cleans meanwhile.
 *
 * <p>Not thread-safe; filled again by each read.
 */
public final class Entries {

  private @Nullable Segment[] segments = new Segment[64];
  private int[] entries = new int[64];
  private int count;
  private int bytes;

  /** Forgets all and keeps the memory, but not what it referred to. */
  public void clear() {
    Arrays.fill(segments, 0, count, null);
    count = 0;
    bytes = 0;
  }

  void add(Segment segment, int entry) {
    if (count == entries.length) {
      segments = Arrays.copyOf(segments, count * 2);
      entries = Arrays.copyOf(entries, count * 2);
    }
    segments[count] = segment;
    entries[count] = entry;
    count++;
    bytes += segment.length(entry);
  }

  /** Adds what lies after a position in other entries. */
  public void addAfter(long position, Entries from) {
    for (int i = 0; i < from.count; i++) {
      if (from.sequence(i) > position) {
        add(from.segment(i), from.entries[i]);
      }
    }
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** Bytes of all frames. */
  public int bytes() {
    return bytes;
  }

  @SuppressWarnings("NullAway") // references below the count are there
  private Segment segment(int i) {
    return segments[i];
  }

  public long sequence(int i) {
    return segment(i).sequence(entries[i]);
  }

  public String channel(int i) {
    return segment(i).channel(entries[i]).name;
  }

  public @Nullable String type(int i) {
    return segment(i).type(entries[i]);
  }

  public @Nullable String key(int i) {
    return segment(i).key(entries[i]);
  }

  /** When it was appended, in milliseconds since 1970. */
  public long timeMillis(int i) {
    return segment(i).time(entries[i]);
  }

  /** Adds the frame to what a stream is offered. */
  public void copyTo(Frames frames, int i) {
    Segment segment = segment(i);
    int entry = entries[i];
    int start = segment.start(entry);
    frames.add(
        segment.sequence(entry),
        segment.time(entry),
        segment.key(entry),
        segment.bytes,
        start,
        segment.end(entry) - start);
  }

  /** A copy of the frame. */
  public byte[] frame(int i) {
    Segment segment = segment(i);
    int entry = entries[i];
    return Arrays.copyOfRange(segment.bytes, segment.start(entry), segment.end(entry));
  }

  /**
   * A copy of the frame with another {@code id:} line than its own.
   *
   * @param idLine the line, LF included
   */
  public byte[] frame(int i, byte[] idLine) {
    Segment segment = segment(i);
    int entry = entries[i];
    int start = segment.start(entry);
    while (segment.bytes[start++] != '\n') {
      // its own id line is passed by
    }
    byte[] frame = Arrays.copyOf(idLine, idLine.length + segment.end(entry) - start);
    System.arraycopy(segment.bytes, start, frame, idLine.length, segment.end(entry) - start);
    return frame;
  }

  /** Forgets all but the first. */
  public void keepFirst(int number) {
    while (count > number) {
      count--;
      bytes -= segment(count).length(entries[count]);
      segments[count] = null;
    }
  }

  /** The event, decoded. */
  public Event event(int i, Epochs epochs) {
    Segment segment = segment(i);
    int entry = entries[i];
    return new Event(
        epochs.id(segment.sequence(entry)),
        segment.channel(entry).name,
        segment.type(entry),
        segment.key(entry),
        Instant.ofEpochMilli(segment.time(entry)),
        FrameData.of(segment.bytes, segment.start(entry), segment.end(entry)));
  }
}
