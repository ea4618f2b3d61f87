package io.sluice.examples.dashboard;

import java.util.Map;

/**
 * All figures of one second.
 *
 * <p>Immutable.
 *
 * @param at when it was taken, in milliseconds since 1970
 * @param figures by name, see {@link Gauges#NAMES}; what can't be said for that second isn't there
 */
record Sample(long at, Map<String, Double> figures) {

  Sample {
    figures = Map.copyOf(figures);
  }
}
