package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.log.Entries;
import io.sluice.log.Loss;
import io.sluice.log.MemoryLog;
import io.sluice.wire.Control;
import io.sluice.wire.Frames;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Moves a stream that isn't riding towards the loop's position, one bounded piece at a time: what
 * the hub has to say, then a gap if there is one, then events.
 *
 * <p>A stream's state changes only by what its outlet has taken: a piece that was taken in part is
 * read again from where it was cut. Confined to its loop.
 */
final class CatchUp {

  /** How many frames of the hub's own may wait for a stream that has no room. */
  static final int MAX_CONTROLS = 16;

  /** Bytes offered in one go. */
  private static final int PIECE_BYTES = 64 << 10;

  private final FanOut fanOut;
  private final MemoryLog log;
  private final Entries entries = new Entries();
  private final Frames frames = new Frames(PIECE_BYTES + 4096);

  CatchUp(FanOut fanOut, MemoryLog log) {
    this.fanOut = fanOut;
    this.log = log;
  }

  /** Whether the stream has something to be told although its cursor needn't move. */
  static boolean hasMore(Stream stream) {
    Stream.Backlog backlog = stream.backlog;
    return backlog != null
        && (!backlog.controls.isEmpty()
            || backlog.gap != null
            || backlog.replay != null
            || !backlog.backfills.isEmpty());
  }

  /**
   * Offers the stream its next piece.
   *
   * @param position where the loop stands; only a replay reads past it
   */
  void advance(Stream stream, long position) {
    Stream.Backlog backlog = stream.backlog();
    frames.clear();
    for (Control control : backlog.controls) {
      frames.add(stream.cursor, control, control.encode());
    }
    Backfill backfill = backlog.backfills.peek();
    if (backfill != null) {
      advanceBackfill(stream, backlog, backfill);
      return;
    }
    // The rules of a replay hold up to what was the head when it began, wherever the loop stands.
    long target = backlog.replay == null ? position : Math.max(position, backlog.replay.until());
    long reached = read(stream, backlog, target);
    if (reached < 0) {
      fanOut.close(stream, CloseReason.BEHIND, true);
      return;
    }
    int gapAt = frames.count();
    Control.Gap gap = gap(backlog, reached, target);
    if (gap != null) {
      frames.add(gap.position().sequence(), gap, gap.encode());
    }
    int eventsAt = frames.count();
    for (int i = 0; i < entries.count(); i++) {
      entries.copyTo(frames, i);
    }
    entries.clear();

    int taken = offer(stream, backlog, eventsAt);
    if (gap != null && taken > gapAt) {
      backlog.gap = null;
      fanOut.figures.gap();
    }
    if (taken == frames.count()) {
      stream.cursor = reached;
    } else {
      if (taken > 0) {
        stream.cursor = frames.sequence(taken - 1);
      }
      fanOut.block(stream);
    }
    if (backlog.replay != null && stream.cursor >= backlog.replay.until()) {
      backlog.replay = null;
    }
  }

  /** Returns the sequence up to which all is in the entries; -1 if the stream is to be ended. */
  private long read(Stream stream, Stream.Backlog backlog, long target) {
    if (stream.cursor >= target) {
      entries.clear();
      return stream.cursor;
    }
    while (true) {
      long reached =
          log.read(
              stream.subscription(),
              stream.cursor,
              backlog.told,
              target,
              backlog.replay,
              PIECE_BYTES,
              entries);
      if (reached >= 0) {
        return reached;
      }
      Loss loss = log.lossAfter(stream.subscription(), stream.cursor, backlog.told, backlog.replay);
      if (loss == null) {
        continue;
      }
      if (loss.disconnect() && backlog.replay == null) {
        return -1; // on resuming there is a gap instead, or the client would come back for ever
      }
      backlog.gap = lost(stream, backlog, loss);
      backlog.told = loss.stamp();
      backlog.toldUpTo = Math.max(backlog.toldUpTo, loss.upTo());
    }
  }

  private Stream.PendingGap lost(Stream stream, Stream.Backlog backlog, Loss loss) {
    // What overlaps with a loss told before can't be counted again.
    long missed = backlog.toldUpTo > stream.cursor ? Loss.UNKNOWN : loss.missed();
    Stream.PendingGap pending = backlog.gap;
    if (pending == null) {
      return new Stream.PendingGap(Control.Reason.SLOW, fanOut.id(stream.cursor), missed);
    }
    boolean known = pending.missed() != Loss.UNKNOWN && missed != Loss.UNKNOWN;
    return new Stream.PendingGap(
        pending.reason(), pending.after(), known ? pending.missed() + missed : Loss.UNKNOWN);
  }

  /** The gap to be told before what was read; null if there is none, or it isn't known yet. */
  private Control.@Nullable Gap gap(Stream.Backlog backlog, long reached, long target) {
    Stream.PendingGap pending = backlog.gap;
    if (pending == null || (entries.count() == 0 && reached < target)) {
      return null;
    }
    EventId next = entries.count() == 0 ? null : fanOut.id(entries.sequence(0));
    EventId position = fanOut.id(next == null ? reached : next.sequence() - 1);
    return new Control.Gap(position, pending.reason(), pending.after(), next, pending.missed());
  }

  /** Offers the frames, and takes off what was told. Returns how many were taken. */
  private int offer(Stream stream, Stream.Backlog backlog, int eventsAt) {
    if (frames.count() == 0) {
      return 0;
    }
    int taken = stream.outlet.write(frames, 0);
    if (taken > 0) {
      int events = Math.max(0, taken - eventsAt);
      if (backlog.replay != null) {
        stream.replayed += events;
        fanOut.figures.replayed(events);
      }
      fanOut.delivered(stream, frames, taken, events);
    }
    for (int i = 0; i < taken && !backlog.controls.isEmpty(); i++) {
      backlog.controls.remove();
    }
    return taken;
  }

  // Events from before the stream's cursor carry the stream's own id: the client's Last-Event-ID
  // must never go back.
  private void advanceBackfill(Stream stream, Stream.Backlog backlog, Backfill backfill) {
    EventId id = backlog.position(fanOut.id(stream.cursor));
    long reached = read(stream, backlog, backfill, id);
    int eventsAt = frames.count();
    byte[] idLine = ("id: " + id + "\n").getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < entries.count(); i++) {
      entries.copyTo(frames, i, stream.cursor, idLine);
    }
    int taken = offer(stream, backlog, eventsAt);
    int events = Math.max(0, taken - eventsAt);
    if (taken == frames.count()) {
      backfill.position = reached;
      if (reached >= backfill.until) {
        backlog.backfills.remove();
      }
    } else {
      if (events > 0) {
        backfill.position = entries.sequence(events - 1);
      }
      fanOut.block(stream);
    }
    entries.clear();
  }

  // What is lost of the past is told at once: the stream's own position doesn't wait for it.
  private long read(Stream stream, Stream.Backlog backlog, Backfill backfill, EventId id) {
    while (true) {
      long reached =
          log.read(
              backfill.wanted,
              backfill.position,
              backfill.told,
              backfill.until,
              backfill.replay,
              PIECE_BYTES,
              entries);
      if (reached >= 0) {
        return reached;
      }
      Loss loss = log.lossAfter(backfill.wanted, backfill.position, backfill.told, backfill.replay);
      if (loss != null) {
        Control.Gap gap = backfill.lost(loss, id).told(id, null);
        backlog.controls.add(gap);
        frames.add(stream.cursor, gap, gap.encode());
      }
    }
  }
}
