package io.sluice.presence;

import io.sluice.event.ChannelPattern;
import io.sluice.event.PresenceChannel;
import java.time.Duration;
import java.util.List;

/**
 * For which channels it is told who is there, and how.
 *
 * <p>Immutable.
 *
 * @param channels the channels
 * @param grace how long somebody may be without a connection and hasn't left
 * @param afterStart how long those who were there in the last life of the process may take to come
 *     back, beside the grace time
 * @param list with more members than this, the number is told and not who they are
 * @param interval the number is told once in this time at most
 */
public record PresenceOptions(
    List<ChannelPattern> channels,
    Duration grace,
    Duration afterStart,
    int list,
    Duration interval) {

  public PresenceOptions {
    channels = List.copyOf(channels);
  }

  /** Whether it is told who is in a channel. */
  public boolean concern(String channel) {
    for (ChannelPattern pattern : channels) {
      if (pattern.matches(channel) && PresenceChannel.canBeOf(channel)) {
        return true;
      }
    }
    return false;
  }
}
