package io.sluice.hub;

import io.sluice.wire.Control;
import java.time.Duration;

/**
 * Where a loop's streams go out: each is told why, if it takes anything, and ends.
 *
 * <p>Confined to its loop.
 */
final class Exit {

  private final FanOut fanOut;
  private final Hub hub;
  private final StreamOptions options;

  Exit(FanOut fanOut, Hub hub, StreamOptions options) {
    this.fanOut = fanOut;
    this.hub = hub;
    this.options = options;
  }

  /** Ends a stream; does nothing if it has ended. */
  void close(Stream stream, CloseReason reason, boolean orderly) {
    if (stream.state != Stream.State.CLOSED) {
      fanOut.now();
      end(stream, reason, !orderly);
    }
  }

  /** Ends a stream that hasn't ended. */
  void end(Stream stream, CloseReason reason, boolean abort) {
    if (!abort) {
      fanOut.settle(stream);
    }
    StreamFigures last = fanOut.figuresOf(stream, reason);
    fanOut.leave(stream);
    if (abort) {
      stream.outlet.abort();
    } else {
      stream.outlet.end();
    }
    hub.closed(stream, reason, last);
  }

  /** Tells a stream when to come back, and ends it. */
  void drain(Stream stream) {
    long retry =
        options.retry().toMillis() + fanOut.spread(StreamOptions.MAX_DRAIN_SPREAD.toMillis());
    tellAndClose(stream, new Control.Retry(Duration.ofMillis(retry)), CloseReason.DRAIN);
  }

  /** Tells a stream that its identity holds no longer, and ends it. */
  void expire(Stream stream, Control.Expiry why) {
    CloseReason reason = why == Control.Expiry.REVOKED ? CloseReason.REVOKED : CloseReason.EXPIRED;
    tellAndClose(stream, new Control.Expired(why), reason);
  }

  private void tellAndClose(Stream stream, Control last, CloseReason reason) {
    if (stream.state == Stream.State.CLOSED) {
      return;
    }
    fanOut.settle(stream);
    if (stream.outlet.pendingBytes() == 0) {
      fanOut.write(stream, last);
    }
    close(stream, reason, true);
  }
}
