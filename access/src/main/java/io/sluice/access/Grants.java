package io.sluice.access;

import io.sluice.event.ChannelPattern;
import java.util.List;

/**
 * What somebody was granted by name, in a token's claims or with an API key. It adds to what the
 * rules allow.
 *
 * <p>Immutable.
 *
 * @param subscribe may be subscribed to, and their history read
 * @param publish may be published to
 */
public record Grants(List<ChannelPattern> subscribe, List<ChannelPattern> publish) {

  /** Nothing. */
  public static final Grants NONE = new Grants(List.of(), List.of());

  public Grants {
    subscribe = List.copyOf(subscribe);
    publish = List.copyOf(publish);
  }
}
