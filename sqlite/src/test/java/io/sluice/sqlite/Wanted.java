package io.sluice.sqlite;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A selection of patterns and, maybe, types. */
record Wanted(List<ChannelPattern> patterns, Set<String> types) implements Selection {

  static Wanted of(String... patterns) {
    return new Wanted(Arrays.stream(patterns).map(ChannelPattern::parse).toList(), Set.of());
  }

  Wanted types(String... some) {
    return new Wanted(patterns, Set.of(some));
  }

  @Override
  public boolean matches(String channel) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(channel));
  }

  @Override
  public boolean accepts(String type) {
    return types.isEmpty() || types.contains(type == null ? "message" : type);
  }
}
