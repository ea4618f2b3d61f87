package io.sluice.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive frames in one direct buffer, with where each ends: what a stream is offered in one
 * go. A frame is a block of the event stream with its blank line; the bytes carry no HTTP framing.
 *
 * <p>Not thread-safe: filled and read by one loop, and filled again for the next round. Readers use
 * absolute positions and leave the buffer's own position alone.
 */
public final class Frames {

  private ByteBuffer bytes;
  private int[] ends = new int[64];
  private long[] sequences = new long[64];
  private long[] times = new long[64];
  private @Nullable Object[] notes = new Object[64];
  private int count;
  private long address;
  private boolean addressKnown;

  /**
   * @param capacity bytes to begin with; it grows with what is added
   */
  public Frames(int capacity) {
    bytes = ByteBuffer.allocateDirect(capacity);
  }

  /** Forgets all frames and keeps the memory. */
  public void clear() {
    Arrays.fill(notes, 0, count, null);
    count = 0;
  }

  /**
   * Adds an event's frame.
   *
   * @param sequence where a stream stands that has taken it
   * @param timeMillis when it was appended, in milliseconds since 1970
   * @param key its key, or null
   * @param source holds the frame's bytes
   * @param from index of its first byte
   * @param length number of its bytes
   */
  public void add(
      long sequence, long timeMillis, @Nullable String key, byte[] source, int from, int length) {
    add(sequence, timeMillis, (Object) key, source, from, length);
  }

  /**
   * Adds a frame of the hub's own.
   *
   * @param sequence where a stream stands that has taken it
   * @param control what the frame says
   * @param bytes the frame
   */
  public void add(long sequence, Control control, byte[] bytes) {
    add(sequence, 0, control, bytes, 0, bytes.length);
  }

  /**
   * Adds a frame that holds several events.
   *
   * @param sequence where a stream stands that has taken it
   * @param timeMillis when the last of them was appended, in milliseconds since 1970
   * @param events how many there are
   * @param bytes the frame
   */
  public void addBatch(long sequence, long timeMillis, int events, byte[] bytes) {
    add(sequence, timeMillis, (Object) events, bytes, 0, bytes.length);
  }

  private void add(
      long sequence, long time, @Nullable Object note, byte[] source, int from, int length) {
    int start = size();
    if (bytes.capacity() - start < length) {
      grow(start, length);
    }
    bytes.put(start, source, from, length);
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
      sequences = Arrays.copyOf(sequences, count * 2);
      times = Arrays.copyOf(times, count * 2);
      notes = Arrays.copyOf(notes, count * 2);
    }
    ends[count] = start + length;
    sequences[count] = sequence;
    times[count] = time;
    notes[count] = note;
    count++;
  }

  private void grow(int used, int length) {
    int capacity =
        Math.max(Math.addExact(used, length), (int) Math.min(1L << 30, bytes.capacity() * 2L));
    ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
    larger.put(0, bytes, 0, used);
    bytes = larger;
    addressKnown = false;
  }

  /** Number of frames. */
  public int count() {
    return count;
  }

  /** Bytes of all frames. */
  public int size() {
    return count == 0 ? 0 : ends[count - 1];
  }

  /** Position in {@link #bytes()} of the first byte of a frame. */
  public int start(int frame) {
    return frame == 0 ? 0 : ends[frame - 1];
  }

  /** Position in {@link #bytes()} after the last byte of a frame. */
  public int end(int frame) {
    return ends[frame];
  }

  /** Where a stream stands that has taken the frame. */
  public long sequence(int frame) {
    return sequences[frame];
  }

  /** When the event was appended, in milliseconds since 1970. */
  public long timeMillis(int frame) {
    return times[frame];
  }

  /** The event's key, or null. */
  public @Nullable String key(int frame) {
    return notes[frame] instanceof String key ? key : null;
  }

  /** What a frame of the hub's own says, or null if the frame is an event's. */
  public @Nullable Control control(int frame) {
    return notes[frame] instanceof Control control ? control : null;
  }

  /** How many events there are in the frames from one up to another, not included. */
  public int events(int from, int to) {
    int events = 0;
    for (int i = from; i < to; i++) {
      Object note = notes[i];
      events += note instanceof Integer several ? several : note instanceof Control ? 0 : 1;
    }
    return events;
  }

  /**
   * The first frame that ends at or after a position: with how much was written, the frame in which
   * the writing stopped.
   */
  public int frameAt(int position) {
    int found = Arrays.binarySearch(ends, 0, count, position);
    return found >= 0 ? found : -found - 1;
  }

  /**
   * The direct buffer that holds the frames at positions 0 to {@link #size()}. It may be another
   * one after {@link #add}.
   */
  public ByteBuffer bytes() {
    return bytes;
  }

  /**
   * Where {@link #bytes()} is in memory, for transports that write without the JDK.
   *
   * @param finder tells it for a buffer; asked once for each buffer, not for each subscriber
   */
  public long address(ToLongFunction<ByteBuffer> finder) {
    if (!addressKnown) {
      address = finder.applyAsLong(bytes);
      addressKnown = true;
    }
    return address;
  }
}
