package io.sluice.log;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where readers of a log can begin.
 *
 * <p>Thread-safe: each takes the log's lock for a bounded time.
 */
public final class Starts {

  private static final int LOOK_AHEAD_BYTES = 1;

  private final Lock lock;
  private final LongSupplier head;

  // Guarded by the lock.
  private final Segments segments;
  private final Channels channels;
  private final Cleaner cleaner;

  private final boolean isWindow;

  Starts(Lock lock, LongSupplier head, Contents contents, boolean isWindow) {
    this.isWindow = isWindow;
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

  /**
   * Where a reader of the past begins.
   *
   * @return null if that lies before the window
   */
  @Nullable Start find(Selection selection, Beginning beginning) {
    lock.lock();
    try {
      return switch (beginning) {
        case Beginning.After after ->
            isBefore(after.position()) ? null : resume(selection, after.position(), true);
        case Beginning.Earliest earliest ->
            isBefore(0) ? null : skip(selection, resume(selection, 0, false));
        case Beginning.At at -> at(selection, at.time().toEpochMilli());
        case Beginning.Last last -> last(selection, last.count());
      };
    } finally {
      lock.unlock();
    }
  }

  private boolean isBefore(long position) {
    return isWindow && position + 1 < segments.snapshot()[0].first;
  }

  private @Nullable Start at(Selection selection, long millis) {
    long position = positionBefore(millis);
    return isBefore(position) ? null : skip(selection, resume(selection, position, false));
  }

  private @Nullable Start last(Selection selection, int count) {
    Losses losses = new Losses(channels.tree(), selection, 0);
    boolean whole = losses.last(count, head.getAsLong(), segments.snapshot());
    if (!whole && isBefore(0)) {
      return null;
    }
    long first = head.getAsLong();
    for (long floor : losses.channels().values()) {
      first = Math.min(first, floor);
    }
    return new Start(first, new Replay(head.getAsLong(), losses.channels()), null, cleaner.stamp());
  }

  // The position that connected tells is right before the first event that the stream will get. An
  // earlier one would be true too, but coming back with it could tell of a gap that is none.
  private Start skip(Selection selection, Start start) {
    Segment[] all = segments.snapshot();
    long upTo = head.getAsLong();
    Stretch stretch =
        new Stretch(selection, start.position(), upTo, start.replay(), Map.of(), LOOK_AHEAD_BYTES);
    Set<Channel> matched = Merge.worthwhile(channels.tree(), selection, upTo - start.position());
    Entries first = new Entries();
    long reached =
        matched == null
            ? new Scan(stretch, Scan.MAX_VISITS, 1, LOOK_AHEAD_BYTES)
                .run(all, start.position(), upTo, first)
            : new Merge(all, stretch).run(matched, first);
    long position = first.count() > 0 ? first.sequence(0) - 1 : reached;
    return new Start(position, start.replay(), start.loss(), start.told());
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
