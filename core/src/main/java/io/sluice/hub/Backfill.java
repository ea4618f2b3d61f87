package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.log.Loss;
import io.sluice.log.Replay;
import io.sluice.log.Start;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import org.jspecify.annotations.Nullable;

/**
 * Events before a stream's cursor, of channels that were added to it; they carry the stream's own
 * id.
 *
 * <p>Confined to the stream's loop.
 */
final class Backfill {

  final @Nullable Replay replay;

  /** Where the stream stood when the channels were added: from there on they are its own. */
  final long until;

  /** What is still wanted. */
  Addition wanted;

  /** All up to here was taken. */
  long position;

  /** The stamp up to which losses are told. */
  long told;

  private long toldUpTo;

  Backfill(Addition wanted, Start start, long until) {
    this.wanted = wanted;
    this.replay = start.replay();
    this.position = start.position();
    this.told = start.told();
    this.until = until;
  }

  /** Something of it is gone. */
  Stream.PendingGap lost(Loss loss, EventId id) {
    // What overlaps with a loss told before can't be counted again.
    long missed = toldUpTo > position ? Loss.UNKNOWN : loss.missed();
    told = loss.stamp();
    toldUpTo = Math.max(toldUpTo, loss.upTo());
    return new Stream.PendingGap(Control.Reason.SLOW, id, missed);
  }

  /** The stream has another subscription from now on. */
  void change(Subscription next) {
    wanted = wanted.narrowedTo(next);
  }
}
