package io.sluice.server;

import java.util.function.LongSupplier;

/**
 * What a client of HTTP/2 may ask for that no request needs: pings, settings, priorities, windows.
 * Each of these frames is small for the client and work for the loop, which others share. A client
 * that works as it should uses up a small part of what it has; one that floods is told so and
 * closed (RFC 9113, section 10.5). Each payment says whether there was enough for it.
 *
 * <p>Confined to its connection's loop.
 */
final class Http2Allowance {

  // Points come back with time, and those for windows also with what is sent: a client that reads
  // must open windows, and some do it for every frame of DATA and for the connection as well.
  // Frames
  // of a byte, which only the smallest windows bring about, earn next to nothing.

  /** Points that a client has at first, and at most. */
  static final int MOST = 10_000;

  private static final long NANOS_PER_POINT = 3_000_000; // 30 s for all of them

  /** Bytes sent that pay for a window's update: less than the frame of any event. */
  private static final int BYTES_PER_UPDATE = 16;

  private static final int MOST_UPDATES_EARNED = 1_000_000;

  private static final int CONTROL = 10;
  private static final int SETTINGS = 100;
  private static final int STREAMS_PER_POINT = 10;

  private final LongSupplier nanos;
  private long filledAt;
  private long points = MOST;
  private int updatesEarned;
  private int bytesTowardsUpdate;

  /**
   * @param nanos a clock that never goes back, {@link System#nanoTime}
   */
  Http2Allowance(LongSupplier nanos) {
    this.nanos = nanos;
    filledAt = nanos.getAsLong();
  }

  /** Pays for a ping, a priority or a frame of a kind that isn't known. */
  boolean control() {
    return take(CONTROL);
  }

  /** Pays for settings. A new size for windows is work for each stream that is open. */
  boolean settings(int openStreams) {
    return take(SETTINGS + openStreams / STREAMS_PER_POINT);
  }

  /** Pays for the update of a window. */
  boolean windowUpdate() {
    if (updatesEarned > 0) {
      updatesEarned--;
      return true;
    }
    return take(1);
  }

  /** Earns updates of windows. */
  void sent(int bytes) {
    int all = bytesTowardsUpdate + bytes;
    bytesTowardsUpdate = all % BYTES_PER_UPDATE;
    updatesEarned = Math.min(updatesEarned + all / BYTES_PER_UPDATE, MOST_UPDATES_EARNED);
  }

  private boolean take(int cost) {
    if (points < cost) {
      refill();
    }
    if (points < cost) {
      return false;
    }
    points -= cost;
    return true;
  }

  private void refill() {
    long now = nanos.getAsLong();
    long earned = (now - filledAt) / NANOS_PER_POINT;
    if (points + earned >= MOST) {
      points = MOST;
      filledAt = now;
    } else {
      points += earned;
      filledAt += earned * NANOS_PER_POINT;
    }
  }
}
