package io.sluice.redis.fleet;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How a node takes part.
 *
 * <p>Immutable.
 *
 * @param node its name, which no other node that runs has: 1 to 64 of {@code A-Za-z0-9._-}
 * @param lease how long it counts as there after it was last heard of, by Redis' clock: 1 s or more
 * @param patience how long another node may take to answer
 */
public record FleetOptions(String node, Duration lease, Duration patience) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Duration SHORTEST = Duration.ofMillis(300);

  /** How long a node counts as there where nothing else is said. */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(10);

  /** How long another node may take to answer where nothing else is said. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(2);

  /**
   * @throws IllegalArgumentException if the name can't be one, or a time is too short
   */
  public FleetOptions {
    if (!NAME.matcher(node).matches()) {
      throw new IllegalArgumentException(
          "a node's name is 1 to 64 of A-Z a-z 0-9 . _ - and this isn't: " + node);
    }
    if (lease.compareTo(SHORTEST) < 0 || !patience.isPositive()) {
      throw new IllegalArgumentException(
          "a lease is 300 ms or more, and patience more than nothing: " + lease + ", " + patience);
    }
  }

  /** A node by its name, and all else as it is by default. */
  public static FleetOptions of(String node) {
    return new FleetOptions(node, DEFAULT_LEASE, DEFAULT_PATIENCE);
  }

  /** The same with another lease. */
  public FleetOptions withLease(Duration other) {
    return new FleetOptions(node, other, patience);
  }

  /** The same with more or less patience. */
  public FleetOptions withPatience(Duration other) {
    return new FleetOptions(node, lease, other);
  }

  /** How often it is heard of, so that two times may be missed. */
  Duration beat() {
    return lease.dividedBy(4);
  }
}
