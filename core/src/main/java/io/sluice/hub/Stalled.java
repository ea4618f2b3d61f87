package io.sluice.hub;

import org.jspecify.annotations.Nullable;

/**
 * The streams of a loop that wait for room, the longest waiting first. The bytes that their outlets
 * keep meanwhile are taken from the hub's budget.
 *
 * <p>Confined to its loop.
 */
final class Stalled {

  private @Nullable Stream first;
  private @Nullable Stream last;
  private final OutputBudget budget;
  private int count;

  Stalled(OutputBudget budget) {
    this.budget = budget;
  }

  /** Adds a stream, or moves it to the end because it has made progress. */
  void add(Stream stream, int now) {
    remove(stream);
    stream.stalledSince = now;
    stream.reserved = stream.outlet.pendingBytes();
    budget.take(stream.reserved);
    stream.stalledBefore = last;
    if (last == null) {
      first = stream;
    } else {
      last.stalledAfter = stream;
    }
    last = stream;
    count++;
  }

  void remove(Stream stream) {
    Stream before = stream.stalledBefore;
    Stream after = stream.stalledAfter;
    if (before == null && first != stream) {
      return; // not among them
    }
    if (before == null) {
      first = after;
    } else {
      before.stalledAfter = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.stalledBefore = before;
    }
    stream.stalledBefore = null;
    stream.stalledAfter = null;
    budget.giveBack(stream.reserved);
    stream.reserved = 0;
    count--;
  }

  /** The one that has waited longest, or null. */
  @Nullable Stream longest() {
    return first;
  }

  /** The position of the one furthest behind, {@link Long#MAX_VALUE} if there is none. */
  long furthest() {
    long furthest = Long.MAX_VALUE;
    for (Stream stream = first; stream != null; stream = stream.stalledAfter) {
      furthest = Math.min(furthest, stream.position());
    }
    return furthest;
  }

  int count() {
    return count;
  }
}
