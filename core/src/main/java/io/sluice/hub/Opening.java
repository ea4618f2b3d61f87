package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.log.Entries;
import io.sluice.log.Loss;
import io.sluice.log.MemoryLog;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.subscription.Origin;
import io.sluice.wire.Control;
import org.jspecify.annotations.Nullable;

/**
 * How a stream opens: where it begins, and what it is told of what it can't get.
 *
 * @param start where it begins
 * @param position the id that {@code connected} carries: the one that the client came with, so that
 *     a cut before the gap is told tells it again
 * @param resumed whether the resume is whole; null if the stream doesn't begin from an id
 * @param gap a gap to be told, or null
 */
record Opening(
    Start start, EventId position, @Nullable Boolean resumed, Stream.@Nullable PendingGap gap) {

  private static final int LOOK_AHEAD_BYTES = 1;

  /**
   * Finds where a request begins.
   *
   * @param zero the position before the first event
   */
  static Opening of(StreamRequest request, MemoryLog log, EventId zero) {
    return of(request.subscription(), request.origin(), log, zero);
  }

  /**
   * Finds where a selection begins.
   *
   * @param zero the position before the first event
   */
  static Opening of(Selection wanted, Origin origin, MemoryLog log, EventId zero) {
    return switch (origin) {
      case Origin.Live live -> at(log.starts().live(), zero);
      case Origin.Earliest earliest -> at(skip(log.starts().earliest(wanted), log, wanted), zero);
      case Origin.Since since ->
          at(skip(log.starts().at(wanted, log.now().minus(since.age())), log, wanted), zero);
      case Origin.Last last -> at(log.starts().last(wanted, last.count()), zero);
      case Origin.Unknown unknown -> reset(log.starts().earliest(wanted), zero);
      case Origin.After after -> {
        EventId id = after.id();
        if (id.epoch().equals(zero.epoch()) && id.sequence() <= log.newest()) {
          yield resume(log.starts().after(wanted, id.sequence()), id);
        }
        yield reset(log.starts().earliest(wanted), id);
      }
    };
  }

  private static Opening at(Start start, EventId zero) {
    return new Opening(start, new EventId(zero.epoch(), start.position()), null, null);
  }

  private static Opening resume(Start start, EventId id) {
    Loss loss = start.loss();
    return new Opening(
        start,
        id,
        loss == null,
        loss == null ? null : new Stream.PendingGap(Control.Reason.EVICTED, id, loss.missed()));
  }

  private static Opening reset(Start start, EventId id) {
    return new Opening(
        start, id, false, new Stream.PendingGap(Control.Reason.RESET, id, Loss.UNKNOWN));
  }

  // The position that connected tells is right before the first event that the stream will get. An
  // earlier one would be true too, but coming back with it could tell of a gap that is none.
  private static Start skip(Start start, MemoryLog log, Selection wanted) {
    Entries first = new Entries();
    long head = log.newest();
    long reached =
        log.read(
            wanted, start.position(), start.told(), head, start.replay(), LOOK_AHEAD_BYTES, first);
    if (reached < 0) {
      return start; // something was cleaned just now: the stream will find out and be told
    }
    long position = first.count() > 0 ? first.sequence(0) - 1 : reached;
    return new Start(position, start.replay(), start.loss(), start.told());
  }
}
