package io.sluice.log;

import java.time.Instant;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;

/**
 * Where readers of a log can begin.
 *
 * <p>Thread-safe: each takes the log's lock for a bounded time.
 */
public final class Starts {

  private final Lock lock;
  private final LongSupplier head;

  // Guarded by the lock.
  private final Segments segments;
  private final Channels channels;
  private final Cleaner cleaner;

  Starts(Lock lock, LongSupplier head, Contents contents) {
    this.lock = lock;
    this.head = head;
    this.segments = contents.segments();
    this.channels = contents.channels();
    this.cleaner = contents.cleaner();
  }

  /** At the head. */
  public Start live() {
    lock.lock();
    try {
      return new Start(head.getAsLong(), null, null, cleaner.stamp());
    } finally {
      lock.unlock();
    }
  }

  /** After a position of this log; what retention has given up since is a loss. */
  public Start after(Selection selection, long position) {
    lock.lock();
    try {
      return resume(selection, position, true);
    } finally {
      lock.unlock();
    }
  }

  /** At the oldest event retained. */
  public Start earliest(Selection selection) {
    lock.lock();
    try {
      return resume(selection, 0, false);
    } finally {
      lock.unlock();
    }
  }

  /** At the first event retained that isn't older than the time. */
  public Start at(Selection selection, Instant time) {
    lock.lock();
    try {
      return resume(selection, positionBefore(time.toEpochMilli()), false);
    } finally {
      lock.unlock();
    }
  }

  /** At the last {@code count} events retained of each channel that it accepts. */
  public Start last(Selection selection, int count) {
    lock.lock();
    try {
      return new Losses(channels.tree(), selection, 0)
          .last(count, head.getAsLong(), cleaner.stamp(), segments.snapshot());
    } finally {
      lock.unlock();
    }
  }

  private Start resume(Selection selection, long position, boolean tell) {
    Losses losses = new Losses(channels.tree(), selection, position);
    Loss loss = losses.resume(channels.forgottenFloor(), cleaner.stamp());
    return new Start(
        position,
        new Replay(head.getAsLong(), losses.channels()),
        tell ? loss : null,
        cleaner.stamp());
  }

  private long positionBefore(long millis) {
    Segment[] all = segments.snapshot();
    for (int i = all.length - 1; i >= 0; i--) {
      Segment segment = all[i];
      if (segment.count() > 0 && segment.time(0) < millis) {
        int entry = segment.count() - 1;
        while (segment.time(entry) >= millis) {
          entry--;
        }
        return segment.sequence(entry);
      }
    }
    return 0;
  }
}
