package io.sluice.hub;

import java.util.ArrayList;
import java.util.List;

/**
 * What the riders of a packed view are still to get: events whose time isn't over or whose data is
 * being compressed. Meanwhile they stand where it begins.
 *
 * <p>It holds copies: cleaning may take from the log what the loop has passed. Confined to its
 * loop.
 */
final class Gathering {

  /** More than this behind an event whose data is being compressed, and all goes as it is. */
  private static final int MAX_WAITING_BYTES = 1 << 20;

  private final boolean batched;
  private final List<Held> events = new ArrayList<>();
  private long bytes;
  private long from;

  /** Whether the time of a batch is over, and all that is here is to go. */
  boolean due;

  /** Whether a timer runs for the batch. */
  boolean timed;

  Gathering(Packing packing) {
    this.batched = packing.isBatched();
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** Where riders stand that have had nothing of it; only if it isn't empty. */
  long from() {
    return from;
  }

  long bytes() {
    return bytes;
  }

  List<Held> events() {
    return events;
  }

  /**
   * Adds an event.
   *
   * @param position where the riders stand if it is the first
   */
  void add(Held event, long position) {
    if (events.isEmpty()) {
      from = position;
    }
    events.add(event);
    bytes += event.bytes();
  }

  /** The first event after a position; the number of events if there is none. */
  int after(long position) {
    int index = 0;
    while (index < events.size() && events.get(index).sequence <= position) {
      index++;
    }
    return index;
  }

  /** How many events, from the first on, are to go now. */
  int releasable() {
    if (!events.isEmpty() && bytes - events.getFirst().bytes() > MAX_WAITING_BYTES) {
      events.forEach(Held::waitNoLonger);
    }
    int ready = Packer.ready(events);
    if (!batched || due) {
      return ready;
    }
    int full = 0;
    while (true) {
      int end = Packer.batchEnd(events, full, events.size());
      if (end == events.size() || end > ready) {
        return full;
      }
      full = end;
    }
  }

  /** The first events are gone, so many, or as many as there are. */
  void remove(int number) {
    int most = Math.min(number, events.size());
    if (most == 0) {
      return;
    }
    from = events.get(most - 1).sequence;
    List<Held> gone = events.subList(0, most);
    for (Held event : gone) {
      bytes -= event.bytes();
    }
    gone.clear();
    if (events.isEmpty()) {
      due = false;
    }
  }
}
