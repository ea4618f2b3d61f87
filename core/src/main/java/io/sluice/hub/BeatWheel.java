package io.sluice.hub;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When each stream of a loop is due for a look: a wheel of slots with a list in each, so that one
 * timer serves all streams and a stream costs a reference.
 *
 * <p>A stream that has ended leaves when its slot comes by. Confined to its loop.
 */
final class BeatWheel {

  /** One slot's time. */
  static final int TICK_MILLIS = 250;

  private static final int SLOTS = 256;

  private final @Nullable Stream[] slots = new Stream[SLOTS];
  private int tick;

  /** Has the stream looked at in so many milliseconds. */
  void add(Stream stream, long delayMillis) {
    stream.beatAt = tick + (int) Math.max(1, delayMillis / TICK_MILLIS);
    put(stream);
  }

  private void put(Stream stream) {
    int slot = stream.beatAt & (SLOTS - 1);
    stream.nextInSlot = slots[slot];
    slots[slot] = stream;
  }

  /** Lets go of all: those left have ended. */
  void clear() {
    Arrays.fill(slots, null);
  }

  /** Moves on one tick, and gives out the streams that are due; they are off the wheel. */
  void turn(Consumer<Stream> due) {
    tick++;
    int slot = tick & (SLOTS - 1);
    Stream stream = slots[slot];
    slots[slot] = null;
    while (stream != null) {
      Stream next = stream.nextInSlot;
      stream.nextInSlot = null;
      if (stream.beatAt - tick <= 0) {
        due.accept(stream);
      } else if (stream.state != Stream.State.CLOSED) {
        put(stream); // it is due in a later turn of the wheel
      }
      stream = next;
    }
  }
}
