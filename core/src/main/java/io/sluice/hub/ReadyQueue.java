package io.sluice.hub;

import java.util.ArrayDeque;

/**
 * A loop's streams that have something to be written, in the order in which they take turns; and
 * those that look again when the round is over.
 *
 * <p>Confined to its loop.
 */
final class ReadyQueue {

  /** After so many streams the clock is looked at. */
  private static final int STREAMS_PER_LOOK = 4;

  private final FanOut fanOut;
  private final CatchUp catchUp;
  private final ArrayDeque<Stream> ready = new ArrayDeque<>();
  private final ArrayDeque<Stream> waiting = new ArrayDeque<>();

  ReadyQueue(FanOut fanOut, CatchUp catchUp) {
    this.fanOut = fanOut;
    this.catchUp = catchUp;
  }

  /** Adds a stream that has something to be written. */
  void add(Stream stream) {
    stream.state = Stream.State.READY;
    ready.add(stream);
  }

  /** The loop's position has moved: who waited for that looks again. */
  void moved() {
    for (Stream stream = waiting.poll(); stream != null; stream = waiting.poll()) {
      if (stream.state == Stream.State.WAITING) {
        add(stream);
      }
    }
  }

  /** Whether none has something to be written. */
  boolean isEmpty() {
    return ready.isEmpty();
  }

  /** Gives streams their turns until none is left or the time is over. Returns whether none is. */
  boolean run(long deadlineNanos) {
    int looks = 0;
    while (true) {
      Stream stream = ready.poll();
      if (stream == null) {
        return true;
      }
      if (stream.state == Stream.State.READY) {
        catchUp.advance(stream, fanOut.position());
        settle(stream);
      }
      if (++looks % STREAMS_PER_LOOK == 0 && fanOut.isPast(deadlineNanos)) {
        return ready.isEmpty();
      }
    }
  }

  /** Puts a stream where it belongs now. */
  private void settle(Stream stream) {
    if (stream.state != Stream.State.READY) {
      return; // blocked or closed meanwhile
    }
    if (stream.outlet.pendingBytes() > 0) {
      fanOut.stall(stream);
      if (stream.state != Stream.State.READY) {
        return; // it was itself the one that the budget had no room for
      }
    }
    long position = fanOut.position();
    if (stream.cursor < position || (stream.cursor == position && CatchUp.hasMore(stream))) {
      ready.add(stream);
    } else if (stream.cursor > position || fanOut.isInRound()) {
      stream.state = Stream.State.WAITING;
      waiting.add(stream);
    } else {
      stream.state = Stream.State.RIDING;
      stream.backlog = null;
      stream.view.board(stream);
    }
  }
}
