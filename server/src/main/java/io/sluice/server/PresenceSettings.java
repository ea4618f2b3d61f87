package io.sluice.server;

import io.sluice.event.ChannelPattern;
import java.time.Duration;
import java.util.List;

/**
 * For which channels it is told who is there, and how.
 *
 * <p>Immutable.
 *
 * @param channels the channels; none and nobody is told anything
 * @param grace how long somebody may be without a connection and hasn't left
 * @param list with more members than this the number alone is told
 * @param interval the number is told once in this time at most
 */
public record PresenceSettings(
    List<ChannelPattern> channels, Duration grace, int list, Duration interval) {

  public PresenceSettings {
    channels = List.copyOf(channels);
  }
}
