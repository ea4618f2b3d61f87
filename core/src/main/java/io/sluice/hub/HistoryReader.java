package io.sluice.hub;

import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.log.Entries;
import io.sluice.log.Epochs;
import io.sluice.log.Log;
import io.sluice.log.MemoryLog;
import io.sluice.log.Stretch;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is retained, for one who wants it in one answer.
 *
 * <p>One caller at a time: each piece is asked for when the one before has come.
 */
final class HistoryReader {

  /** Bytes of frames read at a time, and at most in all: an answer has to fit into memory. */
  private static final int PIECE_BYTES = 1 << 20;

  private static final int MAX_BYTES = 16 << 20;

  private final Log log;
  private final Subscription subscription;
  private final int limit;
  private final Entries entries = new Entries();
  private final List<Event> events = new ArrayList<>();
  private int bytes;

  HistoryReader(Log log, Subscription subscription, int limit) {
    this.log = log;
    this.subscription = subscription;
    this.limit = limit;
  }

  /** Reads from there on. To be called once. */
  @SuppressWarnings("ReferenceEquality") // lives are exchanged as a whole
  CompletableFuture<Hub.History> read(Origin origin) {
    Epochs lives = log.epochs();
    return Opening.of(subscription, origin, log)
        .thenCompose(
            opening -> {
              long head = log.newest();
              Reading reading = Reading.from(opening.start());
              return readOn(reading, opening.start().position(), head)
                  .thenCompose(
                      lost ->
                          // Just now: look again, for what is told must fit. So too when the log
                          // goes on in another life.
                          lost || log.epochs() != lives
                              ? new HistoryReader(log, subscription, limit).read(origin)
                              : CompletableFuture.completedFuture(history(opening.gap(), head)));
            });
  }

  /** Completes with whether something was lost while this read. */
  private CompletableFuture<Boolean> readOn(Reading reading, long from, long head) {
    long position = from;
    while (position < head && events.size() < limit && bytes < MAX_BYTES) {
      Stretch stretch = reading.next(subscription, position, head, PIECE_BYTES);
      long reached = log.window().read(stretch, reading.told(), entries);
      if (reached == MemoryLog.LOST) {
        return CompletableFuture.completedFuture(true);
      }
      if (reached == MemoryLog.BEFORE) {
        return log.read(stretch)
            .thenCompose(
                piece -> {
                  take(piece.entries());
                  return piece.lost() != null
                      ? CompletableFuture.completedFuture(true)
                      : readOn(reading, piece.reached(), head);
                });
      }
      take(entries);
      position = reached;
    }
    return CompletableFuture.completedFuture(false);
  }

  private void take(Entries piece) {
    bytes += piece.bytes();
    for (int i = 0; i < piece.count() && events.size() < limit; i++) {
      events.add(piece.event(i, log.epochs()));
    }
  }

  private Hub.History history(Stream.@Nullable PendingGap gap, long head) {
    if (gap == null) {
      return new Hub.History(events, null);
    }
    EventId next = events.isEmpty() ? null : events.getFirst().id();
    EventId goOn = new EventId(log.epoch(), next == null ? head : next.sequence() - 1);
    return new Hub.History(
        events, new Control.Gap(goOn, gap.reason(), gap.after(), next, gap.missed()));
  }
}
