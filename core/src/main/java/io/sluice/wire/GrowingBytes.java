package io.sluice.wire;

import java.util.Arrays;

/**
 * Bytes that are appended to and emptied again. After a large content the memory is given back, so
 * that one large event doesn't stay with its connection for ever.
 *
 * <p>Not thread-safe.
 */
final class GrowingBytes {

  private static final int INITIAL_BYTES = 256;
  private static final int MAX_KEPT_BYTES = 64 * 1024;
  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int length;

  int length() {
    return length;
  }

  /** The content's bytes, from index 0; valid until the next append. */
  byte[] array() {
    return bytes;
  }

  void append(byte b) {
    ensureRoom(1);
    bytes[length++] = b;
  }

  void append(byte[] source, int from, int to) {
    int count = to - from;
    ensureRoom(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  /** Empties the content. What {@link #array} returned before stays as it is. */
  void clear() {
    length = 0;
  }

  private void ensureRoom(int more) {
    int wanted = Math.addExact(length, more);
    boolean emptyButLarge =
        length == 0 && bytes.length > MAX_KEPT_BYTES && wanted <= MAX_KEPT_BYTES;
    if (emptyButLarge) {
      bytes = NONE;
    }
    if (wanted > bytes.length) {
      int doubled = (int) Math.min(Integer.MAX_VALUE - 8, bytes.length * 2L);
      bytes = Arrays.copyOf(bytes, Math.max(INITIAL_BYTES, Math.max(wanted, doubled)));
    }
  }
}
