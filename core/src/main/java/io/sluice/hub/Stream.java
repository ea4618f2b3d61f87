package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's stream: a cursor into the log, and an outlet for its bytes.
 *
 * <p>Confined to its loop, but for what {@link Hub} offers to other threads.
 */
public final class Stream implements OutletOwner {

  // There are many thousands of these, most of them idle: fields are few, and what only some
  // streams need at some time is kept behind one reference.

  enum State {
    /** Stands at the loop's position and is written with its view. */
    RIDING,
    /** Has something to be written, and waits for its turn. */
    READY,
    /** Is ahead of the loop, or came in the midst of a round: looks again after it. */
    WAITING,
    /** Its outlet has no room. */
    BLOCKED,
    /** Where it begins isn't known yet: nothing was written, and it has no position. */
    OPENING,
    /** Waits for a part of the log that isn't in memory. */
    FETCHING,
    CLOSED
  }

  final FanOut loop;
  final Outlet outlet;
  final String id;
  final boolean visibleHeartbeat;
  final long openedMillis;
  final long cameWith;
  final @Nullable Object owner;

  View view;
  State state = State.READY;

  /** All that it wants up to here was taken by the outlet. While riding, see {@link #position}. */
  long cursor;

  int place = -1;
  long delivered;
  long bytes;
  long replayed;
  int lastWrite;
  int quietBeats;

  /** Completes when it is known where it begins, or it has ended before; null if nobody waits. */
  private @Nullable CompletableFuture<Void> beginning;

  /** What it needs while it isn't simply riding. */
  @Nullable Backlog backlog;

  // Its place among the stalled, and its slot in the wheel of heartbeats.
  @Nullable Stream stalledBefore;
  @Nullable Stream stalledAfter;
  int stalledSince;
  int reserved;
  @Nullable Stream nextInSlot;
  int beatAt;

  /** What a stream needs while it catches up. */
  static final class Backlog {
    /** Frames of the hub's own that come before any event, in order. */
    final ArrayDeque<Control> controls = new ArrayDeque<>(2);

    /** What it knows of the past. */
    Reading reading;

    /** A gap that isn't told yet. */
    @Nullable PendingGap gap;

    /** Compressed data that it waits for. */
    Packer.@Nullable Awaited awaited;

    /** Events of channels added with {@code since}, which come before anything else. */
    final ArrayDeque<Backfill> backfills = new ArrayDeque<>(0);

    Backlog(Reading reading) {
      this.reading = reading;
    }

    /** Whether more changes wait to be told than a reader that takes anything can have. */
    boolean isFull() {
      return controls.size() >= CatchUp.MAX_CONTROLS || backfills.size() >= CatchUp.MAX_CONTROLS;
    }

    /**
     * The id of a frame that doesn't move the stream: its cursor, but nothing past a gap that isn't
     * told yet, or a cut after that frame would swallow the gap.
     */
    EventId position(EventId cursor) {
      PendingGap pending = gap;
      return pending == null ? cursor : pending.after();
    }
  }

  /** A gap before it is known what comes next. */
  record PendingGap(Control.Reason reason, EventId after, long missed) {
    Control.Gap told(EventId position, @Nullable EventId next) {
      return new Control.Gap(position, reason, after, next, missed);
    }
  }

  Stream(FanOut loop, Outlet outlet, String id, View view, StreamRequest request, long cursor) {
    this.loop = loop;
    this.outlet = outlet;
    this.id = id;
    this.view = view;
    this.visibleHeartbeat = request.visibleHeartbeat();
    this.cursor = cursor;
    this.cameWith = request.cameWith();
    this.owner = request.owner();
    this.openedMillis = loop.wallMillis();
  }

  Backlog backlog() {
    Backlog some = backlog;
    if (some == null) {
      some = new Backlog(Reading.from(loop.tellsFrom()));
      backlog = some;
    }
    return some;
  }

  /** Completes, on its loop, when it is known where it begins or it has ended. */
  CompletableFuture<Void> whenBegun() {
    if (state != State.OPENING) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> known = beginning;
    if (known == null) {
      known = new CompletableFuture<>();
      beginning = known;
    }
    return known;
  }

  void begun() {
    if (beginning != null) {
      beginning.complete(null);
      beginning = null;
    }
  }

  /** Its unguessable name, that of the connection. Any thread. */
  public String id() {
    return id;
  }

  /** What it is subscribed to. */
  public Subscription subscription() {
    return view.subscription;
  }

  /** The sequence up to which it has all that it wants. */
  public long position() {
    return state == State.RIDING ? Math.max(cursor, view.standing(loop.position())) : cursor;
  }

  /** When it was opened. */
  public Instant opened() {
    return Instant.ofEpochMilli(openedMillis);
  }

  @Override
  public void drained() {
    loop.drained(this);
  }

  @Override
  public void disconnected(CloseReason reason) {
    loop.close(this, reason, false);
  }
}
