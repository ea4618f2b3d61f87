package io.sluice.hub;

import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * What a new stream asks for.
 *
 * <p>Immutable.
 *
 * @param subscription what it wants
 * @param origin where it begins
 * @param visibleHeartbeat whether heartbeats are events that the client's code sees
 * @param packing how it wants its events
 * @param owner whose the stream is; the hub keeps it with the stream and doesn't look at it. Null
 *     if nobody's.
 */
public record StreamRequest(
    Subscription subscription,
    Origin origin,
    boolean visibleHeartbeat,
    Packing packing,
    @Nullable Object owner) {

  /** A stream that is nobody's, with each event as it is. */
  public StreamRequest(Subscription subscription, Origin origin, boolean visibleHeartbeat) {
    this(subscription, origin, visibleHeartbeat, Packing.NONE, null);
  }

  /** The same, for somebody. */
  public StreamRequest ownedBy(Object somebody) {
    return new StreamRequest(subscription, origin, visibleHeartbeat, packing, somebody);
  }

  /** The same with its events packed. */
  public StreamRequest packed(Packing how) {
    return new StreamRequest(subscription, origin, visibleHeartbeat, how, owner);
  }

  /** Begins with what is published from now on. */
  public static StreamRequest live(Subscription subscription) {
    return new StreamRequest(subscription, Origin.live(), false);
  }

  /** The sequence that the client came with, -1 if none. */
  long cameWith() {
    return origin instanceof Origin.After after ? after.id().sequence() : -1;
  }
}
