package io.sluice.log;

import io.sluice.event.ChannelName;
import io.sluice.event.ChannelPattern;
import io.sluice.event.PresenceChannel;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All channels, by segment: a channel is found in as many steps as it has segments, and a pattern
 * finds its channels without a visit to the others.
 *
 * <p>Guarded by the log's lock.
 */
final class ChannelTree {

  private final Channel root = new Channel("", 0, null);
  private int size;
  private long footprint;

  /** How many nodes there are, paths on the way to channels included. */
  int size() {
    return size;
  }

  /** The heap that the nodes hold, near enough, without the indexes of channels. */
  long footprint() {
    return footprint;
  }

  @Nullable Channel find(String name) {
    Channel node = root;
    int start = 0;
    while (true) {
      int end = ChannelName.segmentEnd(name, start);
      Channel.Branch branch = node.branch;
      Channel child = branch == null ? null : branch.find(name, start, end, hash(name, start, end));
      if (child == null || end == name.length()) {
        return child;
      }
      node = child;
      start = end + 1;
    }
  }

  Channel findOrAdd(String name) {
    Channel node = root;
    int start = 0;
    while (true) {
      int end = ChannelName.segmentEnd(name, start);
      int hash = hash(name, start, end);
      Channel.Branch branch = node.branch;
      if (branch == null) {
        branch = new Channel.Branch();
        node.branch = branch;
      }
      Channel child = branch.find(name, start, end, hash);
      if (child == null) {
        child = new Channel(end == name.length() ? name : name.substring(0, end), hash, node);
        branch.insert(child);
        size++;
        footprint += footprint(child);
      }
      if (end == name.length()) {
        return child;
      }
      node = child;
      start = end + 1;
    }
  }

  /** Takes a channel out, and the path to it as far as nothing else hangs on it. */
  void remove(Channel channel) {
    Channel node = channel;
    node.retention = null;
    while (node.parent != null && node.branch == null && node.retention == null) {
      Channel parent = node.parent;
      Channel.Branch branch = parent.branch;
      if (branch == null) {
        throw new IllegalStateException("not in the tree: " + node.name);
      }
      branch.remove(node);
      size--;
      footprint -= footprint(node);
      if (branch.size() > 0) {
        return;
      }
      parent.branch = null;
      node = parent;
    }
  }

  private static long footprint(Channel node) {
    return (long) Channel.OBJECT_BYTES + node.name.length();
  }

  /** Tells the branches above a channel how far it has lost events. */
  static void raise(Channel channel) {
    for (Channel node = channel.parent; node != null; node = node.parent) {
      Channel.Branch branch = node.branch;
      if (branch == null) {
        return; // the channel was taken out of the tree
      }
      branch.floor = Math.max(branch.floor, channel.floor);
      branch.lost = Math.max(branch.lost, channel.lost);
      branch.lostStamp = Math.max(branch.lostStamp, channel.lostStamp);
    }
  }

  /**
   * Visits the channels that a pattern matches, without those below branches that are passed by.
   *
   * @param enter whether a branch is worth the way
   * @param visitor gets each channel; false ends the search
   * @return whether the search came to its end
   */
  boolean visit(
      ChannelPattern pattern, Predicate<Channel.Branch> enter, Predicate<Channel> visitor) {
    return visit(pattern, Integer.MAX_VALUE, enter, visitor);
  }

  /**
   * Visits the channels that a pattern matches, and gives up if that takes too long: a star may
   * stand for a million segments below which nothing matches.
   *
   * @param maxNodes how many nodes to look at, matching or not
   * @param enter whether a branch is worth the way
   * @param visitor gets each channel; false ends the search
   * @return whether the search came to its end
   */
  boolean visit(
      ChannelPattern pattern,
      int maxNodes,
      Predicate<Channel.Branch> enter,
      Predicate<Channel> visitor) {
    if (pattern.isExact()) {
      Channel channel = find(pattern.toString());
      return channel == null || channel.retention == null || visitor.test(channel);
    }
    return new Search(pattern, maxNodes, enter, visitor).below(root, 0);
  }

  private static final class Search {
    private final ChannelPattern pattern;
    private final Predicate<Channel.Branch> enter;
    private final Predicate<Channel> visitor;
    private int nodesLeft;

    Search(
        ChannelPattern pattern,
        int maxNodes,
        Predicate<Channel.Branch> enter,
        Predicate<Channel> visitor) {
      this.pattern = pattern;
      this.nodesLeft = maxNodes;
      this.enter = enter;
      this.visitor = visitor;
    }

    boolean below(Channel node, int start) {
      Channel.Branch branch = node.branch;
      if (branch == null || !enter.test(branch)) {
        return true;
      }
      String text = pattern.toString();
      int end = ChannelName.segmentEnd(text, start);
      boolean last = end == text.length();
      if (text.charAt(start) != '*') {
        return literal(branch, node, text.substring(start, end), end);
      }
      boolean deep = end - start == 2;
      for (Channel child : branch.table()) {
        if (child == null) {
          continue;
        }
        if (nodesLeft-- == 0) {
          return false;
        }
        if (last
            && child.retention != null
            && !PresenceChannel.is(child.name)
            && !visitor.test(child)) {
          return false;
        }
        if (deep ? !below(child, start) : !last && !below(child, end + 1)) {
          return false;
        }
      }
      return true;
    }

    private boolean literal(Channel.Branch branch, Channel node, String segment, int end) {
      String path = node.name.isEmpty() ? segment : node.name + '/' + segment;
      int start = path.length() - segment.length();
      Channel child = branch.find(path, start, path.length(), hash(path, start, path.length()));
      if (child == null) {
        return true;
      }
      if (end == pattern.toString().length()) {
        return child.retention == null || visitor.test(child);
      }
      return below(child, end + 1);
    }
  }

  // Channels come from strangers: a fixed 31-polynomial could be driven into one bucket, so the
  // start is random in each process and the end is mixed.
  private static final int SEED = new java.security.SecureRandom().nextInt();

  private static int hash(String path, int start, int end) {
    int h = SEED;
    for (int i = start; i < end; i++) {
      h = (h ^ path.charAt(i)) * 0x01000193;
    }
    h ^= h >>> 15;
    h *= 0x2c1b3c6d;
    return h ^ (h >>> 12);
  }
}
