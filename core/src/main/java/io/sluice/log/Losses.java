package io.sluice.log;

import io.sluice.event.ChannelPattern;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a reader at a position can't get any more: looks only into branches of the channel
 * tree that have lost something after it. Used once, under the log's lock.
 */
final class Losses {

  // Past this many channels with losses, how many events are missed isn't counted, and a replay
  // may hold some that retention has given up: late, but never lost.
  private static final int MAX_CHANNELS = 10_000;

  private final ChannelTree tree;
  private final Selection selection;
  private final long position;

  private final Map<String, Long> channels = new HashMap<>();
  private long upTo;
  private long missed;
  private boolean disconnect;

  Losses(ChannelTree tree, Selection selection, long position) {
    this.tree = tree;
    this.selection = selection;
    this.position = position;
  }

  /** The channels found, each with the newest sequence that can't be had. */
  Map<String, Long> channels() {
    return channels;
  }

  /**
   * What a live reader lost.
   *
   * @param told the stamp of the losses that it knows of
   * @param stretch says what it doesn't want of the past anyway
   */
  @Nullable Loss live(long told, Stretch stretch, long forgottenLost, long stamp) {
    for (ChannelPattern pattern : selection.patterns()) {
      boolean whole =
          tree.visit(
              pattern,
              branch -> branch.lost > position && branch.lostStamp > told,
              channel -> {
                long from = stretch.knownUpTo(channel.name);
                return channel.lostStamp <= told
                    || add(channel, from, channel.lost, channel.missedByLive(from));
              });
      close(whole, pattern, forgottenLost);
    }
    return found(stamp);
  }

  /** What no resume from the position reaches. */
  @Nullable Loss resume(long forgottenFloor, long stamp) {
    for (ChannelPattern pattern : selection.patterns()) {
      boolean whole =
          tree.visit(
              pattern,
              branch -> branch.floor > position,
              channel -> add(channel, position, channel.floor, channel.missedByResume(position)));
      close(whole, pattern, forgottenFloor);
    }
    return found(stamp);
  }

  private boolean add(Channel channel, long from, long lost, long more) {
    if (lost <= from
        || selection.excludes(channel.name)
        || channels.putIfAbsent(channel.name, lost) != null) {
      return true;
    }
    upTo = Math.max(upTo, lost);
    missed = missed == Loss.UNKNOWN || more == Loss.UNKNOWN ? Loss.UNKNOWN : missed + more;
    Retention retention = channel.retention;
    disconnect |= retention != null && retention.behind() == Retention.Behind.DISCONNECT;
    return channels.size() < MAX_CHANNELS;
  }

  private void close(boolean whole, ChannelPattern pattern, long forgotten) {
    if (!whole) {
      missed = Loss.UNKNOWN;
    }
    // A channel that is there took over what was forgotten before it; one that isn't, and a
    // pattern, may have had losses that nobody remembers.
    if (forgotten > position && !(pattern.isExact() && isOpen(pattern))) {
      upTo = Math.max(upTo, forgotten);
      missed = Loss.UNKNOWN;
    }
  }

  private boolean isOpen(ChannelPattern pattern) {
    Channel channel = tree.find(pattern.toString());
    return channel != null && channel.retention != null;
  }

  private @Nullable Loss found(long stamp) {
    return upTo == 0 ? null : new Loss(stamp, upTo, missed, disconnect);
  }

  /**
   * Finds, for each channel, what comes before its last {@code count} events retained.
   *
   * @return whether that is all of them: each pattern is a channel that has so many here
   */
  boolean last(int count, long head, Segment[] segments) {
    boolean whole = true;
    for (ChannelPattern pattern : selection.patterns()) {
      boolean[] enough = {false};
      tree.visit(
          pattern,
          branch -> true,
          channel -> {
            enough[0] = beforeLast(channel, count, head, segments);
            return true;
          });
      whole &= pattern.isExact() && enough[0];
    }
    return whole;
  }

  private boolean beforeLast(Channel channel, int count, long head, Segment[] segments) {
    int oldest = channel.size() - channel.retained();
    int wanted = count;
    long first = head + 1;
    for (int i = channel.size() - 1; i >= oldest && wanted > 0; i--) {
      long sequence = channel.at(i);
      Segment segment = segments[Segments.indexOf(segments, sequence)];
      if (selection.accepts(segment.type(segment.entryAfter(sequence - 1)))) {
        first = sequence;
        wanted--;
      }
    }
    channels.put(channel.name, first - 1);
    return wanted == 0;
  }
}
