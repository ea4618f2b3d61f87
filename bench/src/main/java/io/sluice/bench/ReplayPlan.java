package io.sluice.bench;

import java.time.Duration;

/**
 * What a {@link ReplayRun} needs to know. Immutable.
 *
 * @param target the server under test. Its channel is that of the live traffic; with {@code -past}
 *     behind it, it is what is replayed, with {@code -later} what was published after that
 * @param query what asks for all that a channel has, as {@code since=earliest}
 * @param past what is replayed
 * @param audience who subscribes to the live traffic
 * @param publishing the live traffic
 * @param phases connecting; warming up; measuring before the replay; and the bound on the replay,
 *     and on publishing what is replayed
 */
public record ReplayPlan(
    Target target,
    String query,
    Past past,
    Audience audience,
    Publishing publishing,
    Phases phases) {

  private static final int PUBLISHERS = 16;
  private static final int LATER_EVENT_BYTES = 64 << 10;

  /**
   * What was published long ago.
   *
   * @param clients how many ask for it at once
   * @param events how many events it has
   * @param payloadBytes the size of each
   * @param laterBytes how much is published to another channel after it, so that it isn't in memory
   *     any more
   */
  public record Past(int clients, int events, int payloadBytes, long laterBytes) {

    /** Checks the numbers. */
    public Past {
      if (clients < 1 || events < 1 || laterBytes < 0) {
        throw new IllegalArgumentException(
            "%d clients that replay %d events, with %d bytes after them"
                .formatted(clients, events, laterBytes));
      }
    }

    int laterEvents() {
      return (int) Math.ceilDiv(laterBytes, (long) LATER_EVENT_BYTES);
    }
  }

  /** The live traffic. */
  LoadPlan live() {
    return new LoadPlan(target, audience, publishing, phases);
  }

  /** The replay, and how what is replayed is published. */
  LoadPlan replay() {
    String url = target.subscribeUrl();
    Target replayed =
        target
            .withChannel(target.channel() + "-past")
            .withSubscribeUrl(url + (url.contains("?") ? '&' : '?') + query);
    return new LoadPlan(
        replayed,
        new Audience(past.clients, 1, past.clients, 1),
        new Publishing(PUBLISHERS, new Pace.FlatOut(), past.payloadBytes),
        boundedOnly());
  }

  /** What comes after it. */
  LoadPlan later() {
    return new LoadPlan(
        target.withChannel(target.channel() + "-later"),
        Audience.of(0),
        new Publishing(PUBLISHERS, new Pace.FlatOut(), LATER_EVENT_BYTES),
        boundedOnly());
  }

  private Phases boundedOnly() {
    return new Phases(phases.connect(), Duration.ZERO, phases.drain(), Duration.ZERO);
  }
}
