package io.sluice.log;

import java.time.Instant;

/** Where a reader of the past wants to begin. */
public sealed interface Beginning {

  /** After a position; what retention has given up since is a {@link Loss}. */
  record After(long position) implements Beginning {}

  /** With the oldest event retained. */
  record Earliest() implements Beginning {}

  /** With the first event retained that isn't older. */
  record At(Instant time) implements Beginning {}

  /**
   * With the newest events retained of each channel, of types that the selection accepts.
   *
   * @param count how many of each, at least 1
   */
  record Last(int count) implements Beginning {}
}
