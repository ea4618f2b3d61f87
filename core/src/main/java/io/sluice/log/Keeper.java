package io.sluice.log;

import java.time.Duration;
import java.util.TreeMap;

/**
 * Decides what is retained: by each channel's own limits, by age, and, when all that channels
 * retain is more than the hub may hold, from the heaviest channels first.
 *
 * <p>Giving an event up raises its channel's floor and leaves its bytes; the {@link Cleaner} takes
 * those when memory is needed. Guarded by the log's lock.
 */
final class Keeper {

  private final Segments segments;
  private final Weights weights;

  /** For each age in use, the sequence up to which all older events have been given up. */
  private final TreeMap<Duration, Long> expired = new TreeMap<>();

  private long retainedBytes;
  private long retainedEvents;
  private long retainedNameBytes;
  private long evicted;

  Keeper(Segments segments, Weights weights) {
    this.segments = segments;
    this.weights = weights;
  }

  /** Counts a channel's newest event in, and gives up what is too much for the channel. */
  void added(Channel channel, Retention retention, Segment tail, int length) {
    channel.retainedBytes += length;
    retainedBytes += length;
    retainedEvents++;
    retainedNameBytes += tail.nameBytes(tail.count() - 1);
    tail.liveBytes += length;
    if (retention.age() != null) {
      expired.putIfAbsent(retention.age(), 0L);
    }
    while (channel.retained() > retention.events()
        || (channel.retainedBytes > retention.bytes() && channel.retained() > 1)) {
      giveUpOldest(channel);
    }
    weights.update(channel);
  }

  private void giveUpOldest(Channel channel) {
    long sequence = channel.giveUpOldest();
    Segment[] all = segments.snapshot();
    Segment segment = all[Segments.indexOf(all, sequence)];
    int entry = segment.entryAfter(sequence - 1);
    int length = segment.length(entry);
    retainedNameBytes -= segment.nameBytes(entry);
    segment.liveBytes -= length;
    channel.retainedBytes -= length;
    retainedBytes -= length;
    retainedEvents--;
    if (!channel.isTransient()) {
      evicted++;
      ChannelTree.raise(channel);
    }
  }

  /** Counts a channel's oldest event out, because it leaves memory and not the log. */
  void left(Channel channel, Segment segment, int entry) {
    if (channel.leave(segment.sequence(entry))) {
      int length = segment.length(entry);
      retainedNameBytes -= segment.nameBytes(entry);
      channel.retainedBytes -= length;
      retainedBytes -= length;
      retainedEvents--;
      weights.update(channel);
    }
  }

  /** Gives up the oldest of the heaviest channels until what is live fits. */
  void shrinkTo(long budget, long channelBytes) {
    while (live(channelBytes) > budget) {
      Channel heaviest = weights.heaviest();
      if (heaviest == null) {
        return;
      }
      giveUpOldest(heaviest);
      weights.update(heaviest);
    }
  }

  private long live(long channelBytes) {
    return retainedBytes + retainedNameBytes + retainedEvents * Segment.COLUMN_BYTES + channelBytes;
  }

  /**
   * Gives up events that are too old, in a bounded step.
   *
   * @param nowMillis the log's time
   * @param head the newest sequence
   * @param maxVisits how many entries to look at
   * @return whether there may be more
   */
  boolean expire(long nowMillis, long head, int maxVisits) {
    int visits = maxVisits;
    for (var age : expired.entrySet()) {
      long bound = nowMillis - age.getKey().toMillis();
      Segment[] all = segments.snapshot();
      long position = age.getValue();
      int index = Segments.indexOf(all, position + 1);
      int entry = all[index].entryAfter(position);
      while (visits > 0 && position < head && index < all.length) {
        Segment segment = all[index];
        if (entry >= segment.count()) {
          index++;
          entry = 0;
          continue;
        }
        if (segment.time(entry) > bound) {
          break;
        }
        visits--;
        position = segment.sequence(entry);
        expire(segment.channel(entry), age.getKey(), position);
        entry++;
      }
      age.setValue(position);
    }
    return visits == 0;
  }

  private void expire(Channel channel, Duration age, long sequence) {
    Retention retention = channel.retention;
    if (retention != null
        && age.equals(retention.age())
        && channel.retained() > 0
        && channel.oldestRetained() == sequence) {
      giveUpOldest(channel);
      weights.update(channel);
    }
  }

  long retainedEvents() {
    return retainedEvents;
  }

  long retainedBytes() {
    return retainedBytes;
  }

  long evicted() {
    return evicted;
  }
}
