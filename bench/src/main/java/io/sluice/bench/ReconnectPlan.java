package io.sluice.bench;

import java.time.Duration;

/**
 * What a {@link ReconnectRun} needs to know. Immutable.
 *
 * @param target the server under test; its channel is one for all
 * @param audience who subscribes, is cut off and comes back
 * @param missedEvents how many events are published while nobody is connected
 * @param payloadBytes size of each payload, at least 32
 * @param atMost bound on each of connecting, publishing and coming back
 */
public record ReconnectPlan(
    Target target, Audience audience, int missedEvents, int payloadBytes, Duration atMost) {

  /** Checks that there is something to miss. */
  public ReconnectPlan {
    if (missedEvents < 1 || audience.channels() != 1) {
      throw new IllegalArgumentException(
          "%d missed events on %d channels".formatted(missedEvents, audience.channels()));
    }
  }

  /** As a plan of a run in which one publisher goes flat out. */
  LoadPlan asLoad() {
    return new LoadPlan(
        target,
        audience,
        new Publishing(1, new Pace.FlatOut(), payloadBytes),
        new Phases(atMost, Duration.ZERO, atMost, atMost));
  }
}
