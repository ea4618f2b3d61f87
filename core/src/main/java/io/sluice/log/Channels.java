package io.sluice.log;

import io.sluice.event.ChannelPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * The channels that the log knows, what they cost, and what has to be remembered of those that were
 * forgotten.
 *
 * <p>Guarded by the log's lock.
 */
final class Channels {

  /** How many channels may be looked at for somebody who only asks, while publishers wait. */
  private static final int MAX_NODES = 50_000;

  private static final int FORGET_STEP = 256;

  private final RetentionRules rules;
  private final ChannelTree tree = new ChannelTree();
  private final Weights weights = new Weights();
  private int open;
  private long indexBytes;
  private long forgottenFloor;
  private long forgottenLost;
  private long forgottenStamp;

  Channels(RetentionRules rules) {
    this.rules = rules;
  }

  ChannelTree tree() {
    return tree;
  }

  Weights weights() {
    return weights;
  }

  /** How many there are. */
  int count() {
    return open;
  }

  Channel findOrAdd(String name) {
    return tree.findOrAdd(name);
  }

  /**
   * A channel's retention; with the first event that it is asked for, the channel's life begins.
   */
  Retention retention(Channel channel) {
    Retention retention = channel.retention;
    if (retention == null) {
      retention = rules.of(channel.name);
      // It may have had a life before that was forgotten: then its loss is that of all forgotten.
      channel.open(retention, forgottenFloor, forgottenLost, forgottenStamp);
      open++;
      ChannelTree.raise(channel);
    }
    return retention;
  }

  /** Adds an event to its channel's index. */
  void index(Channel channel, long sequence) {
    long before = channel.indexBytes();
    channel.add(sequence);
    indexBytes += channel.indexBytes() - before;
  }

  /** So many bytes of indexes have been given back. */
  void freed(long bytes) {
    indexBytes -= bytes;
  }

  /** The heap that the channels and their indexes hold, near enough. */
  long footprint() {
    return tree.footprint() + indexBytes;
  }

  /**
   * The same without the channels that retain nothing: those are forgotten when room is needed, and
   * aren't what events have to go for.
   */
  long liveFootprint() {
    long live = (long) open - weights.empty();
    return tree.footprint() * live / Math.max(1, open) + indexBytes;
  }

  /**
   * Forgets channels that retain nothing and have nothing left, oldest first, in a bounded step.
   *
   * @param head the newest sequence
   * @return whether there was one
   */
  boolean forget(long head) {
    boolean any = false;
    for (int i = 0; i < FORGET_STEP; i++) {
      Channel channel = weights.emptiest();
      if (channel == null) {
        return any;
      }
      if (channel.size() > 0) {
        weights.toTheEnd(channel);
        continue;
      }
      weights.remove(channel);
      channel.forgottenAt = head + 1;
      open--;
      forgottenFloor = Math.max(forgottenFloor, channel.floor);
      forgottenLost = Math.max(forgottenLost, channel.lost);
      forgottenStamp = Math.max(forgottenStamp, channel.lostStamp);
      indexBytes -= channel.indexBytes();
      channel.releaseIndex();
      tree.remove(channel);
      any = true;
    }
    return any;
  }

  /** The highest floor of any channel forgotten. */
  long forgottenFloor() {
    return forgottenFloor;
  }

  /**
   * The newest sequence that a channel forgotten since a stamp may have lost; 0 if there is none.
   */
  long forgottenLostSince(long stamp) {
    return forgottenStamp > stamp ? forgottenLost : 0;
  }

  /** Whether a selection matches more channels than this; the search ends with the first more. */
  boolean matchesMoreThan(int count, Selection selection) {
    int[] left = {count};
    for (ChannelPattern pattern : selection.patterns()) {
      if (!tree.visit(pattern, MAX_NODES, branch -> true, channel -> --left[0] >= 0)) {
        return true;
      }
    }
    return false;
  }

  /** Figures of the channels that a pattern matches, of the first that a bounded search finds. */
  List<ChannelFigures> figures(ChannelPattern pattern, int limit) {
    List<ChannelFigures> found = new ArrayList<>();
    tree.visit(
        pattern,
        MAX_NODES,
        branch -> true,
        channel -> {
          found.add(ChannelFigures.of(channel));
          return found.size() < limit;
        });
    return found;
  }
}
