package io.sluice.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the log: frames one after the other in one array, and what is known of each in
 * columns beside it.
 *
 * <p>The tail segment is written by whoever holds the log's lock; entries up to the log's head
 * never change, so readers that have seen the head read them without the lock. A cleaned segment
 * has fewer entries than sequence numbers, and knows each entry's own.
 */
final class Segment {

  /** What an entry costs beside its frame: its end, channel, type and time. */
  static final int COLUMN_BYTES = 20;

  private static final int STRING_BYTES = 48;
  private static final int SHARED_LENGTH = 24;
  private static final int OBJECT_BYTES = 160;

  /** The sequence number of its first entry. */
  final long first;

  final byte[] bytes;

  /** The entries' sequence numbers, or null if they rise by one from {@link #first}. */
  private final long @Nullable [] sequences;

  // Replaced, never changed in place, when it grows: a reader keeps the one that it has.
  private volatile Columns columns;

  private int count;
  private int used;
  private long nameBytes;

  /** Bytes of frames that their channels retain. Guarded by the log's lock. */
  int liveBytes;

  private static final class Columns {
    final int[] ends;
    final @Nullable Channel[] channels;
    final @Nullable String[] types;
    final long[] times;
    // Made with the first key. A reader that doesn't see it yet reads entries without keys.
    @Nullable String @Nullable [] keys;

    Columns(int capacity) {
      ends = new int[capacity];
      channels = new Channel[capacity];
      types = new String[capacity];
      times = new long[capacity];
    }

    Columns grown(int count) {
      Columns grown = new Columns(ends.length * 2);
      System.arraycopy(ends, 0, grown.ends, 0, count);
      System.arraycopy(channels, 0, grown.channels, 0, count);
      System.arraycopy(types, 0, grown.types, 0, count);
      System.arraycopy(times, 0, grown.times, 0, count);
      if (keys != null) {
        grown.keys = Arrays.copyOf(keys, grown.ends.length);
      }
      return grown;
    }
  }

  private Segment(long first, int capacity, int entries, long @Nullable [] sequences) {
    this.first = first;
    this.bytes = new byte[capacity];
    this.columns = new Columns(Math.max(entries, 8));
    this.sequences = sequences;
  }

  /** An empty segment for the tail of the log. */
  static Segment tail(long first, int capacity, int expectedEntries) {
    return new Segment(first, capacity, expectedEntries, null);
  }

  /** An empty segment for what cleaning keeps, whose sequence numbers are given. */
  static Segment cleaned(long[] sequences, int bytes) {
    return new Segment(sequences[0], bytes, sequences.length, sequences);
  }

  boolean hasRoom(int length) {
    return bytes.length - used >= length;
  }

  /** Where the next frame begins. */
  int used() {
    return used;
  }

  /** Adds the entry whose frame stands between {@link #used} and {@code end}. */
  void add(Channel channel, @Nullable String type, @Nullable String key, long time, int end) {
    Columns c = columns;
    if (count == c.ends.length) {
      c = c.grown(count);
      columns = c;
    }
    c.ends[count] = end;
    c.channels[count] = channel;
    c.types[count] = type;
    c.times[count] = time;
    if (key != null) {
      @Nullable String[] keys = c.keys;
      if (keys == null) {
        keys = new String[c.ends.length];
        c.keys = keys;
      }
      keys[count] = key;
    }
    used = end;
    nameBytes += nameBytes(key, type);
    count++;
  }

  /** What an entry's key and type cost beside its columns. */
  int nameBytes(int entry) {
    return nameBytes(key(entry), type(entry));
  }

  // Short types are few and shared; a long one may be the only one of its kind.
  private static int nameBytes(@Nullable String key, @Nullable String type) {
    int bytes = key == null ? 0 : STRING_BYTES + key.length();
    return type == null || type.length() <= SHARED_LENGTH
        ? bytes
        : bytes + STRING_BYTES + type.length();
  }

  /** Adds a copy of another segment's entry. */
  void addCopy(Segment from, int entry) {
    int start = from.start(entry);
    int length = from.end(entry) - start;
    System.arraycopy(from.bytes, start, bytes, used, length);
    add(from.channel(entry), from.type(entry), from.key(entry), from.time(entry), used + length);
  }

  int count() {
    return count;
  }

  long sequence(int entry) {
    return sequences == null ? first + entry : sequences[entry];
  }

  long last() {
    return sequence(count - 1);
  }

  /** The first entry whose sequence number is past the given one; the count if there is none. */
  int entryAfter(long sequence) {
    if (sequence < first) {
      return 0;
    }
    if (sequences == null) {
      return (int) Math.min(sequence - first + 1, count);
    }
    int found = Arrays.binarySearch(sequences, sequence);
    return found >= 0 ? found + 1 : -found - 1;
  }

  int start(int entry) {
    return entry == 0 ? 0 : columns.ends[entry - 1];
  }

  int end(int entry) {
    return columns.ends[entry];
  }

  int length(int entry) {
    return end(entry) - start(entry);
  }

  @SuppressWarnings("NullAway") // entries below the count have a channel
  Channel channel(int entry) {
    return columns.channels[entry];
  }

  @Nullable String type(int entry) {
    return columns.types[entry];
  }

  @Nullable String key(int entry) {
    @Nullable String[] keys = columns.keys;
    return keys == null ? null : keys[entry];
  }

  long time(int entry) {
    return columns.times[entry];
  }

  /** The heap that it holds, near enough. */
  long footprint() {
    return OBJECT_BYTES
        + (long) bytes.length
        + nameBytes
        + (long) columns.ends.length * COLUMN_BYTES
        + (sequences == null ? 0 : sequences.length * 8L);
  }
}
