package io.sluice.spring;

import io.sluice.wire.Frames;

/** How frames are cut into what is handed to a server at once. Stateless. */
final class Pieces {

  /** Bytes that are handed over at once, but that a frame is never cut. */
  static final int MAX_BYTES = 32 << 10;

  private Pieces() {}

  /** The last frame of the piece that begins with a frame: that one at least. */
  static int last(Frames frames, int from) {
    int start = frames.start(from);
    int last = from;
    while (last + 1 < frames.count() && frames.end(last + 1) - start <= MAX_BYTES) {
      last++;
    }
    return last;
  }

  /** A copy of the bytes of some frames, the last one included. */
  static byte[] copy(Frames frames, int from, int last) {
    int start = frames.start(from);
    byte[] bytes = new byte[frames.end(last) - start];
    frames.bytes().get(start, bytes);
    return bytes;
  }
}
