package io.sluice.hub;

import io.sluice.log.Log;
import io.sluice.log.Stretch;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A loop's streams that wait for a part of the log that isn't in memory. So many are asked for at a
 * time: what has come takes memory until its stream is written, and the more the store's thread
 * reads ahead, the longer it keeps a processor from the loop.
 *
 * <p>Confined to its loop.
 */
final class Fetches {

  private static final int MAX_UNDER_WAY = 4;

  private record Fetch(Stream stream, Reading reading, Stretch stretch) {}

  private final FanOut fanOut;
  private final Log log;
  private final ArrayDeque<Fetch> queued = new ArrayDeque<>();
  private int underWay;

  Fetches(FanOut fanOut, Log log) {
    this.fanOut = fanOut;
    this.log = log;
  }

  /** Has a stream wait for a part of the log; it is given to the reading. */
  void add(Stream stream, Reading reading, Stretch stretch) {
    stream.state = Stream.State.FETCHING;
    queued.add(new Fetch(stream, reading, stretch));
    startNext();
  }

  /** Has a stream wait until something is known. */
  void await(Stream stream, CompletableFuture<?> known) {
    stream.state = Stream.State.FETCHING;
    known.whenComplete((value, failure) -> fanOut.loop().execute(() -> go(stream, failure)));
  }

  private void startNext() {
    while (underWay < MAX_UNDER_WAY) {
      Fetch next = queued.poll();
      if (next == null) {
        return;
      }
      if (next.stream.state == Stream.State.FETCHING) {
        underWay++;
        start(next);
      }
    }
  }

  private void start(Fetch fetch) {
    log.read(fetch.stretch)
        .whenComplete(
            (piece, failure) ->
                fanOut
                    .loop()
                    .execute(
                        () -> {
                          underWay--;
                          if (piece != null) {
                            fetch.reading.fetched(fetch.stretch, piece);
                          }
                          go(fetch.stream, failure);
                          startNext();
                        }));
  }

  private void go(Stream stream, @Nullable Throwable failure) {
    if (stream.state == Stream.State.FETCHING) {
      if (failure == null) {
        fanOut.makeReady(stream);
      } else {
        // It comes back, and may find the store well again.
        fanOut.close(stream, CloseReason.STORE, true);
      }
    }
  }
}
