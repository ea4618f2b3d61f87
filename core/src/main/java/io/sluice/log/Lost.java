package io.sluice.log;

import java.util.Map;

/**
 * A loss, and whose it was.
 *
 * <p>Immutable.
 *
 * @param loss what a reader is told
 * @param channels by channel, up to where it goes: {@link Stretch#told} from then on
 */
public record Lost(Loss loss, Map<String, Long> channels) {

  public Lost {
    channels = Map.copyOf(channels);
  }
}
