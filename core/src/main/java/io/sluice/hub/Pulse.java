package io.sluice.hub;

import io.sluice.wire.Control;
import java.util.concurrent.TimeUnit;

/**
 * A loop's one timer: sends heartbeats to streams that have been quiet, and ends those that take
 * nothing.
 *
 * <p>Confined to its loop.
 */
final class Pulse {

  private final FanOut fanOut;
  private final Stalled stalled;
  private final Heartbeat heartbeat;
  private final int patienceMillis;
  private final BeatWheel wheel = new BeatWheel();
  private boolean ticking;

  Pulse(FanOut fanOut, Stalled stalled, StreamOptions options) {
    this.fanOut = fanOut;
    this.stalled = stalled;
    this.heartbeat = options.heartbeat();
    this.patienceMillis = (int) Math.min(Integer.MAX_VALUE, options.writeTimeout().toMillis());
  }

  /** A stream was opened. */
  void add(Stream stream) {
    schedule(stream);
    start();
  }

  private void start() {
    if (!ticking) {
      ticking = true;
      fanOut.loop().schedule(this::tick, BeatWheel.TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    ticking = false;
    fanOut.now();
    wheel.turn(this::beat);
    endDead();
    if (fanOut.ticked()) {
      start();
    } else {
      wheel.clear(); // a wheel that stands still would hold on to the streams of its last turn
    }
  }

  private void endDead() {
    int now = fanOut.nowMillis();
    for (Stream stream = stalled.longest();
        stream != null && now - stream.stalledSince >= patienceMillis;
        stream = stalled.longest()) {
      if (stream.outlet.pendingBytes() != stream.reserved) {
        stalled.add(stream, now); // slow, not dead
      } else {
        fanOut.close(stream, CloseReason.WRITE_TIMEOUT, false);
      }
    }
  }

  private void beat(Stream stream) {
    if (stream.state == Stream.State.CLOSED) {
      return;
    }
    boolean quiet = quietMillis(stream) >= heartbeat.intervalMillis(stream.quietBeats) / 2;
    if (quiet && stream.state == Stream.State.RIDING && stream.outlet.pendingBytes() == 0) {
      Control beat = new Control.Heartbeat(fanOut.id(stream.position()), stream.visibleHeartbeat);
      if (fanOut.write(stream, beat)) {
        stream.quietBeats++;
        fanOut.figures.heartbeat();
      }
    }
    schedule(stream);
  }

  // Somewhere in the last quarter of the interval, anew each time: streams that were opened or
  // written together drift apart.
  private void schedule(Stream stream) {
    long interval = heartbeat.intervalMillis(stream.quietBeats);
    long jitter = fanOut.spread(interval / 4 + 1);
    wheel.add(stream, Math.max(0, interval - quietMillis(stream)) - jitter);
  }

  private int quietMillis(Stream stream) {
    return fanOut.nowMillis() - stream.lastWrite;
  }
}
