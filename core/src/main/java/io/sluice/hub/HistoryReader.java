package io.sluice.hub;

import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.log.Entries;
import io.sluice.log.MemoryLog;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what is retained, in one go.
 *
 * @param log where it is
 */
record HistoryReader(MemoryLog log) {

  /** Bytes of frames read at a time, and at most in all: an answer has to fit into memory. */
  private static final int PIECE_BYTES = 1 << 20;

  private static final int MAX_BYTES = 16 << 20;

  Hub.History read(Subscription subscription, Origin origin, int limit) {
    EventId zero = new EventId(log.epoch(), 0);
    Opening opening = Opening.of(new StreamRequest(subscription, origin, false), log, zero);
    List<Event> events = new ArrayList<>();
    Entries entries = new Entries();
    long head = log.newest();
    long position = opening.start().position();
    int bytes = 0;
    long told = opening.start().told();
    while (position < head && events.size() < limit && bytes < MAX_BYTES) {
      position =
          log.read(
              subscription, position, told, head, opening.start().replay(), PIECE_BYTES, entries);
      if (position < 0) {
        return read(subscription, origin, limit); // cleaned just now: look again
      }
      bytes += entries.bytes();
      for (int i = 0; i < entries.count() && events.size() < limit; i++) {
        events.add(entries.event(i, log.epoch()));
      }
    }
    Stream.PendingGap gap = opening.gap();
    if (gap == null) {
      return new Hub.History(events, null);
    }
    EventId next = events.isEmpty() ? null : events.getFirst().id();
    EventId goOn = new EventId(log.epoch(), next == null ? head : next.sequence() - 1);
    return new Hub.History(
        events, new Control.Gap(goOn, gap.reason(), gap.after(), next, gap.missed()));
  }
}
