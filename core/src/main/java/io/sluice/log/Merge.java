package io.sluice.log;

import io.sluice.event.ChannelPattern;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the indexes of the channels that a selection matches, merged in order. Costs what it
 * matches, however much lies between. Run under the log's lock, which is why it reads so little at
 * a time.
 */
record Merge(Segment[] segments, Stretch stretch) {

  private static final int MAX_VISITS = 512;

  // With fewer events than this to each channel that matches, a scan costs no more than the merge.
  private static final int EVENTS_PER_CHANNEL = 16;

  // Each piece visits all channels, under the lock.
  private static final int MAX_CHANNELS = 1000;

  // To find the channels may cost as many looks as the scan would, and under the lock no more.
  private static final int MIN_NODES = 64;
  private static final int MAX_NODES = MAX_CHANNELS * EVENTS_PER_CHANNEL;

  /** A channel and the next of its events to look at. */
  private static final class Lane implements Comparable<Lane> {
    final Channel channel;
    int index;

    Lane(Channel channel, int index) {
      this.channel = channel;
      this.index = index;
    }

    long sequence() {
      return channel.at(index);
    }

    @Override
    public int compareTo(Lane other) {
      return Long.compare(sequence(), other.sequence());
    }
  }

  /**
   * The channels to merge, or null if a scan costs less.
   *
   * @param distance how many sequence numbers lie before the reader
   */
  static @Nullable Set<Channel> worthwhile(ChannelTree tree, Selection selection, long distance) {
    long most = Math.clamp(distance / EVENTS_PER_CHANNEL, 1, MAX_CHANNELS);
    int maxNodes = Math.clamp(distance, MIN_NODES, MAX_NODES);
    // Patterns of one selection may overlap.
    Set<Channel> channels = new LinkedHashSet<>();
    for (ChannelPattern pattern : selection.patterns()) {
      if (!tree.visit(
          pattern,
          maxNodes,
          branch -> true,
          channel -> {
            if (!selection.excludes(channel.name)) {
              channels.add(channel);
            }
            return channels.size() <= most;
          })) {
        return null;
      }
    }
    return channels;
  }

  /** Returns the sequence up to which all that the selection matches has been taken. */
  long run(Set<Channel> channels, Entries entries) {
    long after = stretch.after();
    long upTo = stretch.upTo();
    PriorityQueue<Lane> lanes = new PriorityQueue<>(Math.max(1, channels.size()));
    for (Channel channel : channels) {
      int index = channel.indexAfter(after);
      if (index < channel.size() && channel.at(index) <= upTo) {
        lanes.add(new Lane(channel, index));
      }
    }
    long position = after;
    int visits = 0;
    while (true) {
      Lane lane = lanes.poll();
      if (lane == null) {
        return upTo;
      }
      long sequence = lane.sequence();
      Segment segment = segments[Segments.indexOf(segments, sequence)];
      int entry = segment.entryAfter(sequence - 1);
      if (visits++ == MAX_VISITS
          || (entries.count() > 0
              && entries.bytes() + segment.length(entry) > stretch.maxBytes())) {
        return position;
      }
      if (stretch.selection().accepts(segment.type(entry))
          && stretch.admits(lane.channel, sequence)) {
        entries.add(segment, entry);
      }
      position = sequence;
      lane.index++;
      if (lane.index < lane.channel.size() && lane.sequence() <= upTo) {
        lanes.add(lane);
      }
    }
  }
}
