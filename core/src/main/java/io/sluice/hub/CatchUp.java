package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.log.Entries;
import io.sluice.log.Log;
import io.sluice.log.Loss;
import io.sluice.log.Lost;
import io.sluice.log.MemoryLog;
import io.sluice.log.Piece;
import io.sluice.log.Replay;
import io.sluice.log.Stretch;
import io.sluice.wire.Control;
import io.sluice.wire.Frames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

  /** Its next event is gone, and it is to be ended. */
  private static final long BEHIND = -3;

  /** Its next event's data is being compressed. */
  private static final long WAITS = -4;

  /** Bytes offered in one go. */
  private static final int PIECE_BYTES = 64 << 10;

  private final FanOut fanOut;
  private final MemoryLog window;
  private final Fetches fetches;
  private final Packer packer;
  private final Entries entries = new Entries();
  private final Frames frames = new Frames(PIECE_BYTES + 4096);
  private List<Held> packed = List.of();

  CatchUp(FanOut fanOut, Log log, Packer packer) {
    this.fanOut = fanOut;
    this.window = log.window();
    this.fetches = new Fetches(fanOut, log);
    this.packer = packer;
  }

  /** Whether the stream has something to be told although its cursor needn't move. */
  static boolean hasMore(Stream stream) {
    Stream.Backlog backlog = stream.backlog;
    return backlog != null
        && (!backlog.controls.isEmpty()
            || backlog.gap != null
            || backlog.reading.replay != null
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
    Replay replay = backlog.reading.replay;
    long target = replay == null ? position : Math.max(position, replay.until());
    long reached = read(stream, backlog, target);
    if (reached == BEHIND) {
      fanOut.close(stream, CloseReason.BEHIND, true);
      return;
    }
    if (reached == MemoryLog.BEFORE) {
      fetch(stream, backlog, target);
      return;
    }
    reached = pack(stream, reached, null);
    if (reached == WAITS) {
      return;
    }
    int gapAt = frames.count();
    Control.Gap gap = gap(backlog, reached, target);
    if (gap != null) {
      frames.add(gap.position().sequence(), gap, gap.encode());
    }
    int eventsAt = frames.count();
    if (stream.view.packing.isNone()) {
      for (int i = 0; i < entries.count(); i++) {
        entries.copyTo(frames, i);
      }
    } else {
      Packer.pack(stream.view.packing, packed, frames);
    }
    packed = List.of();
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
    if (replay != null && stream.cursor >= replay.until()) {
      backlog.reading.replay = null;
    }
  }

  /**
   * Packs what was read, if the stream wants that, as far as it goes at once; the entries are then
   * only those.
   *
   * @param idLine in place of the events' own, or null
   * @return the sequence up to which it went; or WAITS, if nothing does and the stream waits
   */
  private long pack(Stream stream, long reached, byte @Nullable [] idLine) {
    packed = List.of();
    Packing packing = stream.view.packing;
    if (packing.isNone()) {
      return reached;
    }
    List<Held> events = packer.hold(stream, entries, idLine);
    int going = Packer.going(packing, events);
    if (going == 0 && !events.isEmpty()) {
      entries.clear();
      await(stream, events.getFirst());
      return WAITS;
    }
    packed = events.subList(0, going);
    if (going == entries.count()) {
      return reached;
    }
    entries.keepFirst(going);
    return entries.sequence(going - 1);
  }

  private void await(Stream stream, Held event) {
    CompletableFuture<byte[]> data = event.data();
    if (data == null) {
      throw new IllegalStateException("waits for nothing");
    }
    stream.backlog().awaited = new Packer.Awaited(event.sequence, data);
    if (offer(stream, stream.backlog(), frames.count()) < frames.count()) {
      fanOut.block(stream);
    } else {
      fetches.await(stream, data);
    }
  }

  // What the hub has to say doesn't wait for the store.
  private void fetch(Stream stream, Stream.Backlog backlog, long target) {
    if (offer(stream, backlog, frames.count()) < frames.count()) {
      fanOut.block(stream);
    } else {
      fetches.add(
          stream,
          backlog.reading,
          backlog.reading.next(stream.subscription(), stream.cursor, target, PIECE_BYTES));
    }
  }

  /** Returns the sequence up to which all is in the entries; or BEFORE, or BEHIND. */
  private long read(Stream stream, Stream.Backlog backlog, long target) {
    entries.clear();
    if (stream.cursor >= target) {
      return stream.cursor;
    }
    Reading reading = backlog.reading;
    while (true) {
      Stretch stretch = reading.next(stream.subscription(), stream.cursor, target, PIECE_BYTES);
      Piece piece = reading.take(stretch);
      if (piece != null) {
        entries.addAfter(stream.cursor, piece.entries());
        return tell(stream, backlog, piece.lost()) ? piece.reached() : BEHIND;
      }
      long reached = window.read(stretch, reading.told(), entries);
      if (reached != MemoryLog.LOST) {
        return reached;
      }
      if (!tell(stream, backlog, window.lostAfter(stretch, reading.told()))) {
        return BEHIND;
      }
    }
  }

  /** Has a loss told, if there is one; false if the stream is to be ended instead. */
  private boolean tell(Stream stream, Stream.Backlog backlog, @Nullable Lost lost) {
    if (lost == null) {
      return true;
    }
    // On resuming there is a gap in any case, or the client would come back for ever.
    if (lost.loss().disconnect() && backlog.reading.replay == null) {
      return false;
    }
    long missed = backlog.reading.tell(lost, stream.cursor);
    Stream.PendingGap pending = backlog.gap;
    if (pending == null) {
      backlog.gap = new Stream.PendingGap(Control.Reason.SLOW, fanOut.id(stream.cursor), missed);
    } else {
      boolean known = pending.missed() != Loss.UNKNOWN && missed != Loss.UNKNOWN;
      backlog.gap =
          new Stream.PendingGap(
              pending.reason(), pending.after(), known ? pending.missed() + missed : Loss.UNKNOWN);
    }
    return true;
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
      int events = events(eventsAt, taken);
      if (backlog.reading.replay != null) {
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

  private int events(int eventsAt, int taken) {
    return taken > eventsAt ? frames.events(eventsAt, taken) : 0;
  }

  // Events from before the stream's cursor carry the stream's own id: the client's Last-Event-ID
  // must never go back.
  private void advanceBackfill(Stream stream, Stream.Backlog backlog, Backfill backfill) {
    EventId id = backlog.position(fanOut.id(stream.cursor));
    CompletableFuture<Opening> opening = backfill.opening;
    if (opening != null && !begin(stream, backlog, backfill, id)) {
      if (offer(stream, backlog, frames.count()) < frames.count()) {
        fanOut.block(stream);
      } else {
        fetches.await(stream, opening);
      }
      return;
    }
    long reached = read(stream, backlog, backfill, id);
    if (reached == MemoryLog.BEFORE) {
      if (offer(stream, backlog, frames.count()) < frames.count()) {
        fanOut.block(stream);
      } else {
        fetches.add(stream, backfill.reading, next(backfill));
      }
      return;
    }
    int eventsAt = frames.count();
    byte[] idLine = ("id: " + id + "\n").getBytes(StandardCharsets.US_ASCII);
    reached = pack(stream, reached, idLine);
    if (reached == WAITS) {
      return;
    }
    if (stream.view.packing.isNone()) {
      for (int i = 0; i < entries.count(); i++) {
        byte[] frame = entries.frame(i, idLine);
        frames.add(stream.cursor, entries.timeMillis(i), entries.key(i), frame, 0, frame.length);
      }
    } else {
      Packer.packAt(stream.cursor, stream.view.packing, packed, frames);
    }
    packed = List.of();
    int taken = offer(stream, backlog, eventsAt);
    int events = events(eventsAt, taken);
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

  private boolean begin(Stream stream, Stream.Backlog backlog, Backfill backfill, EventId id) {
    int before = backlog.controls.size();
    if (!backfill.begin(backlog, id)) {
      return false;
    }
    backlog.controls.stream()
        .skip(before)
        .forEach(control -> frames.add(stream.cursor, control, control.encode()));
    return true;
  }

  // What is lost of the past is told at once: the stream's own position doesn't wait for it.
  private long read(Stream stream, Stream.Backlog backlog, Backfill backfill, EventId id) {
    entries.clear();
    while (true) {
      Stretch stretch = next(backfill);
      Piece piece = backfill.reading.take(stretch);
      Lost lost;
      long reached;
      if (piece != null) {
        entries.addAfter(backfill.position, piece.entries());
        lost = piece.lost();
        reached = piece.reached();
      } else {
        reached = window.read(stretch, backfill.reading.told(), entries);
        lost =
            reached == MemoryLog.LOST ? window.lostAfter(stretch, backfill.reading.told()) : null;
      }
      if (lost != null) {
        Control.Gap gap = backfill.lost(lost, id).told(id, null);
        backlog.controls.add(gap);
        frames.add(stream.cursor, gap, gap.encode());
      }
      if (reached != MemoryLog.LOST) {
        return reached;
      }
    }
  }

  private static Stretch next(Backfill backfill) {
    return backfill.reading.next(backfill.wanted, backfill.position, backfill.until, PIECE_BYTES);
  }
}
