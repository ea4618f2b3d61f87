package io.sluice.hub;

import io.sluice.log.Epochs;
import io.sluice.log.Log;
import io.sluice.wire.Control;
import java.util.concurrent.CompletableFuture;

/**
 * Where a loop's streams come in: finds where each begins, which may have to be asked of a store,
 * and has it told.
 *
 * <p>Confined to its loop.
 */
final class Entrance {

  private final FanOut fanOut;
  private final Log log;
  private final HubOptions options;

  Entrance(FanOut fanOut, Log log, HubOptions options) {
    this.fanOut = fanOut;
    this.log = log;
    this.options = options;
  }

  /** Lets a stream in: at once if memory says where it begins, else when the store has. */
  void open(Stream stream, StreamRequest request) {
    Epochs lives = fanOut.lives();
    CompletableFuture<Opening> opening = Opening.of(request, log);
    if (opening.isDone()) {
      begin(stream, request, lives, opening);
    } else {
      stream.state = Stream.State.OPENING;
      opening.whenComplete(
          (value, failure) -> fanOut.loop().execute(() -> begin(stream, request, lives, opening)));
    }
  }

  @SuppressWarnings("ReferenceEquality") // lives are exchanged as a whole
  private void begin(
      Stream stream, StreamRequest request, Epochs lives, CompletableFuture<Opening> opening) {
    if (stream.state == Stream.State.CLOSED) {
      return;
    }
    if (fanOut.lives() != lives) {
      open(stream, request); // what was found out is of a life that isn't the present one
      return;
    }
    if (opening.isCompletedExceptionally()) {
      // It comes back, and may find the store well again.
      fanOut.close(stream, CloseReason.STORE, true);
      return;
    }
    fanOut.now();
    Opening begun = opening.join();
    stream.cursor = begun.start().position();
    Stream.Backlog backlog = new Stream.Backlog(Reading.from(begun.start()));
    stream.backlog = backlog;
    backlog.gap = begun.gap();
    backlog.controls.add(
        new Control.Connected(
            begun.position(),
            stream.id,
            stream.subscription().channels(),
            options.stream().heartbeat().longest(),
            options.clock().instant(),
            begun.resumed(),
            options.stream().retry(),
            stream.view.packing.gzip()));
    fanOut.begun(stream);
  }
}
