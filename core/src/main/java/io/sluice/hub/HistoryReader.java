package io.sluice.hub;

import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.log.Entries;
import io.sluice.log.Log;
import io.sluice.log.Lost;
import io.sluice.log.Piece;
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
  private final List<Event> events = new ArrayList<>();
  private int bytes;

  HistoryReader(Log log, Subscription subscription, int limit) {
    this.log = log;
    this.subscription = subscription;
    this.limit = limit;
  }

  /** Reads from there on. To be called once. */
  CompletableFuture<Hub.History> read(Origin origin) {
    return Opening.of(subscription, origin, log)
        .thenCompose(
            opening -> {
              long head = log.newest();
              Reading reading = Reading.from(opening.start());
              return readOn(reading, opening.start().position(), head)
                  .thenCompose(
                      lost ->
                          lost // just now: look again, for what is told must fit
                              ? new HistoryReader(log, subscription, limit).read(origin)
                              : CompletableFuture.completedFuture(history(opening.gap(), head)));
            });
  }

  /** Completes with whether something was lost while this read. */
  private CompletableFuture<Boolean> readOn(Reading reading, long from, long head) {
    long position = from;
    boolean lost = false;
    // A loop as long as memory answers at once; calls that nest would be as deep as there are
    // pieces.
    while (position < head && events.size() < limit && bytes < MAX_BYTES) {
      CompletableFuture<Piece> next =
          log.read(reading.next(subscription, position, head, PIECE_BYTES));
      if (!next.isDone()) {
        long at = position;
        boolean before = lost;
        return next.thenCompose(
            piece -> {
              boolean now = take(piece, reading, at) || before;
              return readOn(reading, piece.reached(), head).thenApply(later -> later || now);
            });
      }
      Piece piece = next.join();
      lost |= take(piece, reading, position);
      position = piece.reached();
    }
    return CompletableFuture.completedFuture(lost);
  }

  /** Returns whether something was lost. */
  private boolean take(Piece piece, Reading reading, long position) {
    Entries entries = piece.entries();
    bytes += entries.bytes();
    for (int i = 0; i < entries.count() && events.size() < limit; i++) {
      events.add(entries.event(i, log.epochs()));
    }
    Lost lost = piece.lost();
    if (lost == null) {
      return false;
    }
    reading.tell(lost, position);
    return true;
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
