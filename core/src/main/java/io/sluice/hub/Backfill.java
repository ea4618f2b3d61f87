package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.log.Lost;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Events before a stream's cursor, of channels that were added to it; they carry the stream's own
 * id.
 *
 * <p>Confined to the stream's loop.
 */
final class Backfill {

  /** Where the stream stood when the channels were added: from there on they are its own. */
  final long until;

  /** What is still wanted. */
  Addition wanted;

  /** Where it begins, while that isn't known. */
  @Nullable CompletableFuture<Opening> opening;

  /** What it knows of the past. */
  Reading reading = Reading.from(0);

  /** All up to here was taken. */
  long position;

  Backfill(Addition wanted, CompletableFuture<Opening> opening, long until) {
    this.wanted = wanted;
    this.opening = opening;
    this.until = until;
  }

  /**
   * Takes over where it begins, if that is known now.
   *
   * @return false if it isn't known yet
   */
  boolean begin(Stream.Backlog backlog, EventId id) {
    CompletableFuture<Opening> known = opening;
    if (known == null) {
      return true;
    }
    if (!known.isDone()) {
      return false;
    }
    Opening begun = known.join();
    opening = null;
    reading = Reading.from(begun.start());
    position = begun.start().position();
    Stream.PendingGap gap = begun.gap();
    if (gap != null) {
      backlog.controls.add(gap.told(id, null));
    }
    return true;
  }

  /** Something of it is gone. */
  Stream.PendingGap lost(Lost lost, EventId id) {
    return new Stream.PendingGap(Control.Reason.SLOW, id, reading.tell(lost, position));
  }

  /** The stream has another subscription from now on. */
  void change(Subscription next) {
    wanted = wanted.narrowedTo(next);
  }
}
