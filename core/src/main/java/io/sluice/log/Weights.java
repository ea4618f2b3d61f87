package io.sluice.log;

import org.jspecify.annotations.Nullable;

/**
 * The channels by weight, in classes of powers of two: finds a heaviest one, and those that hold
 * nothing, in constant time. Within a class, the one that has stood there longest comes first.
 *
 * <p>Guarded by the log's lock.
 */
final class Weights {

  private static final int CLASSES = 64;

  /** The class of channels that retain nothing. */
  private static final int EMPTY = 0;

  private final @Nullable Channel[] first = new Channel[CLASSES];
  private final @Nullable Channel[] last = new Channel[CLASSES];
  private int empty;

  /** Puts the channel where its weight belongs. */
  void update(Channel channel) {
    int weightClass =
        channel.retained() == 0 ? EMPTY : CLASSES - Long.numberOfLeadingZeros(channel.weight());
    if (weightClass != channel.weightClass) {
      if (channel.weightClass >= 0) {
        unlink(channel);
      }
      append(channel, weightClass);
    }
  }

  void remove(Channel channel) {
    if (channel.weightClass >= 0) {
      unlink(channel);
      channel.weightClass = -1;
    }
  }

  /** A channel of the heaviest class, or null if all are empty. */
  @Nullable Channel heaviest() {
    for (int i = CLASSES - 1; i > EMPTY; i--) {
      if (first[i] != null) {
        return first[i];
      }
    }
    return null;
  }

  /** How many channels retain nothing. */
  int empty() {
    return empty;
  }

  /** The channel that has retained nothing for longest, or null. */
  @Nullable Channel emptiest() {
    return first[EMPTY];
  }

  /** Lets the channel stand behind the others of its class. */
  void toTheEnd(Channel channel) {
    int weightClass = channel.weightClass;
    unlink(channel);
    append(channel, weightClass);
  }

  private void append(Channel channel, int weightClass) {
    empty += weightClass == EMPTY ? 1 : 0;
    Channel before = last[weightClass];
    channel.weightClass = (byte) weightClass;
    channel.ahead = before;
    channel.behind = null;
    if (before == null) {
      first[weightClass] = channel;
    } else {
      before.behind = channel;
    }
    last[weightClass] = channel;
  }

  private void unlink(Channel channel) {
    empty -= channel.weightClass == EMPTY ? 1 : 0;
    Channel before = channel.ahead;
    Channel after = channel.behind;
    if (before == null) {
      first[channel.weightClass] = after;
    } else {
      before.behind = after;
    }
    if (after == null) {
      last[channel.weightClass] = before;
    } else {
      after.ahead = before;
    }
  }
}
