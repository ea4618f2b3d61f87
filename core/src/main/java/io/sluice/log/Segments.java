package io.sluice.log;

import java.util.Arrays;

/**
 * The log's segments in order. Changed under the log's lock; {@link #snapshot} is for everybody:
 * whoever holds one can read all its entries up to the head, whatever is cleaned meanwhile.
 */
final class Segments {

  private static final int REFERENCE_BYTES = 8;

  private volatile Segment[] segments;
  private final int capacity;
  private long footprint;

  /**
   * @param capacity bytes of frames in an ordinary segment; an event that doesn't fit gets a
   *     segment of its own
   * @param first the sequence of the first event to come
   */
  Segments(int capacity, long first) {
    this.capacity = capacity;
    Segment tail = Segment.tail(first, capacity, 64);
    segments = new Segment[] {tail};
    footprint = tail.footprint() + REFERENCE_BYTES;
  }

  int capacity() {
    return capacity;
  }

  /** All segments, oldest first; the last one is being written. Not to be changed. */
  Segment[] snapshot() {
    return segments;
  }

  Segment tail() {
    Segment[] all = segments;
    return all[all.length - 1];
  }

  /** The heap that the segments hold, near enough; the tail's columns as when it began. */
  long footprint() {
    return footprint;
  }

  /** Begins a new tail with at least the room given. */
  Segment roll(long firstSequence, int room) {
    Segment[] all = segments;
    Segment sealed = all[all.length - 1];
    // A tail without an entry is replaced: it was too small for its first event.
    boolean replace = sealed.count() == 0;
    int expected =
        replace ? 64 : (int) ((long) sealed.count() * capacity / sealed.bytes.length) + 8;
    Segment tail = Segment.tail(firstSequence, Math.max(room, capacity), expected);
    Segment[] next = Arrays.copyOf(all, replace ? all.length : all.length + 1);
    next[next.length - 1] = tail;
    segments = next;
    recount(next);
    return tail;
  }

  /** Puts one segment, or none, in the place of those from {@code from} to before {@code to}. */
  void replace(int from, int to, Segment... by) {
    Segment[] all = segments;
    Segment[] next = new Segment[all.length - (to - from) + by.length];
    System.arraycopy(all, 0, next, 0, from);
    System.arraycopy(by, 0, next, from, by.length);
    System.arraycopy(all, to, next, from + by.length, all.length - to);
    segments = next;
    recount(next);
  }

  // A new count each time instead of sums kept: it is some thousand additions for each segment
  // written, and can't drift.
  private void recount(Segment[] all) {
    long sum = 0;
    for (Segment segment : all) {
      sum += segment.footprint() + REFERENCE_BYTES;
    }
    footprint = sum;
  }

  /** The index of the last segment that begins at or before the sequence; 0 if none does. */
  static int indexOf(Segment[] segments, long sequence) {
    int low = 0;
    int high = segments.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments[middle].first <= sequence) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
