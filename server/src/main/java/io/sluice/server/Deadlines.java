package io.sluice.server;

import io.sluice.hub.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The deadlines of one loop's connections. Setting one costs a store, because it happens with every
 * request; in exchange they are looked through, all of them, once a tick, and hold to within two
 * ticks. Only connections that owe something are here: event streams aren't.
 *
 * <p>Confined to its loop.
 */
final class Deadlines {

  /** Who is told. */
  interface Holder {

    /** The deadline has passed; there is none until another is set. */
    void expired();

    /** The server is about to stop: end as soon as there is nothing left to answer. */
    void drain();
  }

  /** One connection's deadline. */
  final class Deadline {

    private final Holder holder;
    private int slot;
    private long tick = NEVER;

    private Deadline(Holder holder) {
      this.holder = holder;
    }

    /**
     * Sets it, in place of what was set.
     *
     * @param ticks from {@link Deadlines#ticks}
     */
    void in(long ticks) {
      tick = now + ticks;
    }

    /** Takes back what was set. */
    void never() {
      tick = NEVER;
    }

    /** Forgets it. A second call does nothing. */
    void remove() {
      Deadlines.this.remove(this);
    }
  }

  private static final long NEVER = Long.MAX_VALUE;
  private static final int GONE = -1;

  private final Loop loop;
  private final LongSupplier nanos;
  private final long tickNanos;
  private final long origin;
  private final ArrayList<Deadline> all = new ArrayList<>();
  private long now;
  private boolean ticking;

  /**
   * @param tick how often to look
   * @param nanos a clock that never goes back, {@link System#nanoTime}
   */
  Deadlines(Loop loop, Duration tick, LongSupplier nanos) {
    this.loop = loop;
    this.nanos = nanos;
    this.tickNanos = tick.toNanos();
    this.origin = nanos.getAsLong();
  }

  /** How many ticks it takes until at least this long has passed. */
  long ticks(Duration duration) {
    // One more for the rest of the current tick.
    return (duration.toNanos() + tickNanos - 1) / tickNanos + 1;
  }

  /** Adds a connection that has no deadline yet. */
  Deadline add(Holder holder) {
    if (!ticking) {
      ticking = true;
      now = (nanos.getAsLong() - origin) / tickNanos;
      loop.schedule(this::tick, tickNanos, TimeUnit.NANOSECONDS);
    }
    Deadline deadline = new Deadline(holder);
    deadline.slot = all.size();
    all.add(deadline);
    return deadline;
  }

  private void remove(Deadline deadline) {
    int slot = deadline.slot;
    if (slot == GONE) {
      return;
    }
    deadline.slot = GONE;
    Deadline last = all.removeLast();
    if (last != deadline) {
      all.set(slot, last);
      last.slot = slot;
    }
  }

  private void tick() {
    now = (nanos.getAsLong() - origin) / tickNanos;
    // From the end: the holder that is called may remove itself, and then one that was seen already
    // takes its place.
    for (int i = all.size() - 1; i >= 0; i--) {
      if (i < all.size() && all.get(i).tick <= now) {
        all.get(i).tick = NEVER;
        all.get(i).holder.expired();
      }
    }
    if (all.isEmpty()) {
      ticking = false;
      all.trimToSize();
    } else {
      loop.schedule(this::tick, tickNanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Tells all holders that the server is about to stop. */
  void drain() {
    for (Deadline deadline : List.copyOf(all)) {
      deadline.holder.drain();
    }
  }

  /** How many connections are here. */
  int size() {
    return all.size();
  }
}
