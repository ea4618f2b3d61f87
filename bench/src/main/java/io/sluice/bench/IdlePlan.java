package io.sluice.bench;

import java.time.Duration;

/**
 * What an {@link IdleRun} needs to know. Immutable.
 *
 * @param target the server under test; nothing is published
 * @param audience who subscribes
 * @param streamsPerConnection 0 for HTTP/1.1; otherwise so many streams on each connection of
 *     HTTP/2 with prior knowledge
 * @param connect bound on connecting all
 * @param hold how long the subscribers stay
 */
public record IdlePlan(
    Target target, Audience audience, int streamsPerConnection, Duration connect, Duration hold) {

  /** Checks the numbers. */
  public IdlePlan {
    if (streamsPerConnection < 0) {
      throw new IllegalArgumentException(streamsPerConnection + " streams per connection");
    }
  }

  /** As a plan of a run in which nobody publishes. */
  LoadPlan asLoad() {
    return new LoadPlan(
        target,
        audience,
        new Publishing(1, new Pace.FlatOut(), Payload.HEADER_BYTES),
        new Phases(connect, Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO));
  }

  /** Connections that all subscribers need. */
  int connections() {
    int streams = Math.max(1, streamsPerConnection);
    return (audience.subscribers() + streams - 1) / streams;
  }
}
