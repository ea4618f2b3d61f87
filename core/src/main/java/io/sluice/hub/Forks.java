package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.log.Epochs;
import io.sluice.log.Log;
import io.sluice.log.Loss;
import io.sluice.wire.Control;
import java.util.List;

/**
 * What becomes of a loop's streams when the log goes on in another life, as it does where nodes
 * share a log of which something was lost.
 *
 * <p>Who has more than the new life has of the old one is told of a reset. All others notice
 * nothing. A new life has its own events far past all that anybody had of the old one, so positions
 * never go back.
 *
 * <p>Confined to its loop.
 */
final class Forks {

  private final FanOut fanOut;
  private final Log log;
  private Epochs seen;

  Forks(FanOut fanOut, Log log) {
    this.fanOut = fanOut;
    this.log = log;
    this.seen = log.epochs();
  }

  /** The lives that the loop's streams know of: their ids are of the last one. */
  Epochs seen() {
    return seen;
  }

  /** Whether there is one that the streams don't know of yet. */
  @SuppressWarnings("ReferenceEquality") // they are exchanged as a whole
  boolean isDue() {
    return log.epochs() != seen;
  }

  /** Has the streams go on in the present life. */
  void pass(List<Stream> streams) {
    Epochs now = log.epochs();
    long shared = now.sharedWith(seen);
    for (Stream stream : streams) {
      switch (stream.state) {
        // Where it begins is worked out anew when it would begin: see Entrance.
        case CLOSED, OPENING -> {}
        case RIDING -> {
          fanOut.unseat(stream);
          pass(stream, now, shared);
        }
        case FETCHING -> {
          pass(stream, now, shared);
          fanOut.makeReady(stream);
        }
        case READY, WAITING, BLOCKED -> pass(stream, now, shared);
      }
    }
    seen = now;
  }

  private void pass(Stream stream, Epochs now, long shared) {
    if (stream.state == Stream.State.CLOSED) {
      return; // what was gathered for it was more than the budget had room for
    }
    Stream.Backlog backlog = stream.backlog();
    // Past the base is who began in this life, before the loop had looked.
    if (stream.cursor > shared && stream.cursor < now.base()) {
      Stream.PendingGap pending = backlog.gap;
      EventId after =
          pending == null ? new EventId(seen.current(), stream.cursor) : pending.after();
      backlog.gap = new Stream.PendingGap(Control.Reason.RESET, after, Loss.UNKNOWN);
      backlog.reading = Reading.from(fanOut.tellsFrom());
      backlog.backfills.clear();
    } else {
      // What was asked for before may come with events that are no more.
      backlog.reading = backlog.reading.anew();
    }
    backlog.awaited = null;
    stream.cursor = now.onward(stream.cursor);
  }
}
