package io.sluice.hub;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** What one loop has done since it began. Written by the loop alone, read by any thread. */
final class FanOutFigures {

  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong replayed = new AtomicLong();
  private final AtomicLong gaps = new AtomicLong();
  private final AtomicLong heartbeats = new AtomicLong();
  private final AtomicLongArray roundMillis =
      new AtomicLongArray(HubFigures.ROUND_BOUNDS.length + 1);
  private final AtomicLong roundMillisSum = new AtomicLong();

  private final AtomicLong furthest = new AtomicLong(Long.MAX_VALUE);

  // One writer: a plain read and an ordered write are enough, and cost no locked instruction.
  private static void add(AtomicLong counter, long more) {
    counter.setRelease(counter.getPlain() + more);
  }

  void delivered(int events, int moreBytes) {
    add(delivered, events);
    add(bytes, moreBytes);
  }

  void replayed(int events) {
    add(replayed, events);
  }

  void gap() {
    add(gaps, 1);
  }

  void heartbeat() {
    add(heartbeats, 1);
  }

  /** A round is over whose oldest event was appended so long ago. */
  void round(long millis) {
    int bucket = 0;
    while (bucket < HubFigures.ROUND_BOUNDS.length && millis > HubFigures.ROUND_BOUNDS[bucket]) {
      bucket++;
    }
    roundMillis.setRelease(bucket, roundMillis.getPlain(bucket) + 1);
    add(roundMillisSum, Math.max(0, millis));
  }

  /** The position of the stream furthest behind, {@link Long#MAX_VALUE} if there is none. */
  void furthest(long position) {
    furthest.setRelease(position);
  }

  long furthest() {
    return furthest.getAcquire();
  }

  long delivered() {
    return delivered.getAcquire();
  }

  long bytes() {
    return bytes.getAcquire();
  }

  long replayed() {
    return replayed.getAcquire();
  }

  long gaps() {
    return gaps.getAcquire();
  }

  long heartbeats() {
    return heartbeats.getAcquire();
  }

  long roundMillisSum() {
    return roundMillisSum.getAcquire();
  }

  void addRoundsTo(long[] counts) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += roundMillis.getAcquire(i);
    }
  }
}
