package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.event.InvalidEventException;
import io.sluice.log.Beginning;
import io.sluice.log.Epochs;
import io.sluice.log.Log;
import io.sluice.log.Loss;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.log.StoreFailedException;
import io.sluice.subscription.Origin;
import io.sluice.wire.Control;
import java.util.concurrent.CompletableFuture;
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

  private static final int MAX_CHANNELS_FOR_LAST = 10_000;

  /**
   * Looks whether it would cost too much to find where a request begins.
   *
   * @return fails with {@link InvalidEventException}, code {@code too-many-channels}
   */
  static CompletableFuture<Void> check(StreamRequest request, Log log) {
    if (!(request.origin() instanceof Origin.Last)) {
      return CompletableFuture.completedFuture(null);
    }
    return log.matchesMoreThan(MAX_CHANNELS_FOR_LAST, request.subscription())
        .thenAccept(
            tooMany -> {
              if (tooMany) {
                throw new InvalidEventException(
                    "too-many-channels",
                    "the last events of each channel can be had of at most "
                        + MAX_CHANNELS_FOR_LAST
                        + " channels; name fewer, or use since");
              }
            });
  }

  /** Finds where a request begins. */
  static CompletableFuture<Opening> of(StreamRequest request, Log log) {
    return of(request.subscription(), request.origin(), log);
  }

  /**
   * Finds where a selection begins.
   *
   * @return complete already, if what is in memory answers it; fails with {@link
   *     StoreFailedException}
   */
  static CompletableFuture<Opening> of(Selection wanted, Origin origin, Log log) {
    return switch (origin) {
      case Origin.Live live ->
          CompletableFuture.completedFuture(at(log.window().starts().live(), log));
      case Origin.Earliest earliest -> past(wanted, new Beginning.Earliest(), log);
      case Origin.Since since ->
          past(wanted, new Beginning.At(log.window().now().minus(since.age())), log);
      case Origin.Last last -> past(wanted, new Beginning.Last(last.count()), log);
      case Origin.Unknown unknown -> reset(wanted, 0, log, new EventId(log.epoch(), 0));
      case Origin.After after -> after(wanted, after.id(), log);
    };
  }

  private static CompletableFuture<Opening> after(Selection wanted, EventId id, Log log) {
    Epochs.Place place = log.epochs().locate(id, log.newest());
    // Another node may know more than this one by now, and the client have been there.
    return place instanceof Epochs.Place.Elsewhere
        ? log.upToDate()
            .thenCompose(now -> after(wanted, log.epochs().locate(id, log.newest()), id, log))
        : after(wanted, place, id, log);
  }

  private static CompletableFuture<Opening> after(
      Selection wanted, Epochs.Place place, EventId id, Log log) {
    return switch (place) {
      case Epochs.Place.Here here ->
          log.begin(wanted, new Beginning.After(here.position()))
              .thenApply(start -> resume(start, id));
      case Epochs.Place.Forked forked -> reset(wanted, forked.fork(), log, id);
      case Epochs.Place.Elsewhere elsewhere -> reset(wanted, 0, log, id);
    };
  }

  private static CompletableFuture<Opening> past(Selection wanted, Beginning beginning, Log log) {
    return log.begin(wanted, beginning).thenApply(start -> at(start, log));
  }

  private static Opening at(Start start, Log log) {
    return new Opening(start, new EventId(log.epoch(), start.position()), null, null);
  }

  private static Opening resume(Start start, EventId id) {
    Loss loss = start.loss();
    return new Opening(
        start,
        id,
        loss == null,
        loss == null ? null : new Stream.PendingGap(Control.Reason.EVICTED, id, loss.missed()));
  }

  private static CompletableFuture<Opening> reset(
      Selection wanted, long position, Log log, EventId id) {
    return log.begin(wanted, new Beginning.After(position))
        .thenApply(
            start ->
                new Opening(
                    start,
                    id,
                    false,
                    new Stream.PendingGap(Control.Reason.RESET, id, Loss.UNKNOWN)));
  }
}
