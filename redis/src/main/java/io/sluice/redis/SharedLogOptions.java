package io.sluice.redis;

import io.sluice.log.RetentionRules;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How a log that nodes share is set up. All nodes should have the same rules; where they differ,
 * those of the node that appends count.
 *
 * <p>Immutable.
 *
 * @param server where it is
 * @param rules how far back resumes reach, by channel
 * @param timeLines whether frames carry a {@code time:} line
 * @param patience how long a publish waits for Redis before it is refused
 * @param tailEvents how many of the newest events a node that fell behind can still take in one
 *     after the other
 * @param clock gives events their times, for tests; null for the server's own clock
 */
public record SharedLogOptions(
    RedisOptions server,
    RetentionRules rules,
    boolean timeLines,
    Duration patience,
    long tailEvents,
    @Nullable InstantSource clock) {

  /** With what is right for most. */
  public static SharedLogOptions of(RedisOptions server, RetentionRules rules) {
    return new SharedLogOptions(server, rules, false, Duration.ofSeconds(5), 100_000, null);
  }

  /** The same with or without {@code time:} lines. */
  public SharedLogOptions withTimeLines(boolean lines) {
    return new SharedLogOptions(server, rules, lines, patience, tailEvents, clock);
  }

  /** The same with another wait. */
  public SharedLogOptions withPatience(Duration other) {
    return new SharedLogOptions(server, rules, timeLines, other, tailEvents, clock);
  }

  /** The same with another length of the tail. */
  public SharedLogOptions withTailEvents(long other) {
    return new SharedLogOptions(server, rules, timeLines, patience, other, clock);
  }

  /** The same with times from another clock than the server's, for tests. */
  public SharedLogOptions withClock(InstantSource other) {
    return new SharedLogOptions(server, rules, timeLines, patience, tailEvents, other);
  }
}
