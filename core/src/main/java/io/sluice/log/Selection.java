package io.sluice.log;

import io.sluice.event.ChannelPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which events a reader of the log wants. Implementations are immutable. */
public interface Selection {

  /** The channels and patterns; at least one. */
  List<ChannelPattern> patterns();

  /** Whether one of the patterns matches the channel, and it isn't excluded. */
  boolean matches(String channel);

  /** Whether a channel isn't wanted although one of the patterns matches it. */
  default boolean excludes(String channel) {
    return false;
  }

  /** Whether events of the type are wanted; null is the type of events without one. */
  boolean accepts(@Nullable String type);
}
