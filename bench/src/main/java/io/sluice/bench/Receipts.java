package io.sluice.bench;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one subscriber got, held against what it should have got: each publisher's sequence from 0
 * on, in order, once.
 *
 * <p>Confined to its subscriber's loop. No allocation while the stream is in order.
 */
final class Receipts {

  /** Runs of missing sequences kept for each subscriber; the oldest are given up beyond that. */
  private static final int MAX_HOLES = 4096;

  private final int[] next;
  private long received;
  private long duplicates;
  private long outOfOrder;

  /** Runs of missing sequences, first to last; keys carry the publisher in their upper half. */
  private @Nullable TreeMap<Long, Long> holes;

  Receipts(int publishers) {
    next = new int[publishers];
  }

  /** Events received, each counted once. */
  long received() {
    return received;
  }

  long duplicates() {
    return duplicates;
  }

  /** Events that came after a later one of the same publisher; they count as received too. */
  long outOfOrder() {
    return outOfOrder;
  }

  /** Takes note of an event. */
  void received(int publisher, int sequence) {
    if (sequence == next[publisher]) {
      next[publisher] = sequence + 1;
      received++;
    } else {
      unexpected(publisher, sequence);
    }
  }

  private void unexpected(int publisher, int sequence) {
    if (sequence > next[publisher]) {
      open(key(publisher, next[publisher]), key(publisher, sequence - 1));
      next[publisher] = sequence + 1;
      received++;
    } else if (fill(key(publisher, sequence))) {
      outOfOrder++;
      received++;
    } else {
      duplicates++;
    }
  }

  private void open(long first, long last) {
    if (holes == null) {
      holes = new TreeMap<>();
    }
    holes.put(first, last);
    if (holes.size() > MAX_HOLES) {
      holes.pollFirstEntry();
    }
  }

  private boolean fill(long key) {
    var hole = holes == null ? null : holes.floorEntry(key);
    if (holes == null || hole == null || hole.getValue() < key) {
      return false;
    }
    holes.remove(hole.getKey());
    if (hole.getKey() < key) {
      holes.put(hole.getKey(), key - 1);
    }
    if (key < hole.getValue()) {
      holes.put(key + 1, hole.getValue());
    }
    return true;
  }

  private static long key(int publisher, int sequence) {
    return (long) publisher << 32 | sequence;
  }
}
