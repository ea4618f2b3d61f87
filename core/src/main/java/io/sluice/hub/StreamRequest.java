package io.sluice.hub;

import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;

/**
 * What a new stream asks for.
 *
 * <p>Immutable.
 *
 * @param subscription what it wants
 * @param origin where it begins
 * @param visibleHeartbeat whether heartbeats are events that the client's code sees
 */
public record StreamRequest(Subscription subscription, Origin origin, boolean visibleHeartbeat) {

  /** Begins with what is published from now on. */
  public static StreamRequest live(Subscription subscription) {
    return new StreamRequest(subscription, Origin.live(), false);
  }

  /** The sequence that the client came with, -1 if none. */
  long cameWith() {
    return origin instanceof Origin.After after ? after.id().sequence() : -1;
  }
}
