package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that there is. */
enum Whole implements Selection {
  LOG;

  @Override
  public List<ChannelPattern> patterns() {
    return List.of(ChannelPattern.ALL);
  }

  @Override
  public boolean matches(String channel) {
    return true;
  }

  @Override
  public boolean accepts(@Nullable String type) {
    return true;
  }
}
