package io.sluice.log;

import java.util.Map;

/**
 * What a reader that begins in the past must not get, although its bytes may still be there: up to
 * {@code until} it gets what was retained when it began, and nothing of transient channels.
 *
 * <p>Immutable.
 */
public final class Replay {

  /** The end of the past: the newest sequence when the reader began. */
  final long until;

  private final Map<String, Long> floors;

  /**
   * @param floors by channel, for those that had given up events by then, or from which only the
   *     last few are wanted: the sequence up to which nothing is wanted. Not to be changed
   *     afterwards.
   */
  public Replay(long until, Map<String, Long> floors) {
    this.until = until;
    this.floors = floors;
  }

  /** By channel, the sequence up to which nothing of it is wanted. */
  public Map<String, Long> floors() {
    return floors;
  }

  /** Up to this sequence the rules of the past hold. */
  public long until() {
    return until;
  }

  boolean admits(Channel channel, long sequence) {
    if (sequence > until) {
      return true;
    }
    long forgottenAt = channel.forgottenAt;
    if (channel.isTransient() || (forgottenAt <= until && sequence < forgottenAt)) {
      return false;
    }
    Long floor = floors.isEmpty() ? null : floors.get(channel.name);
    return floor == null || sequence > floor;
  }
}
