package io.sluice.examples.dashboard;

import io.sluice.examples.site.Request;
import io.sluice.hub.Delivery;
import io.sluice.hub.Hub;
import io.sluice.hub.LocalSubscription;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;

/**
 * How many people are looking, by the hub's presence: somebody with three tabs is one, and a
 * reconnect changes nothing. The hub tells the number with each who comes and goes.
 *
 * <p>Thread-safe.
 */
final class Viewers implements AutoCloseable {

  /** Of the hub's streams, those that are the application's own. */
  static final int STREAMS = 1;

  private final LocalSubscription presence;
  private volatile long count;

  Viewers(Hub hub, String channel) {
    presence =
        hub.subscribe(
            Subscription.to(channel + "/@presence"),
            new Origin.Last(1), // after a restart, who comes back isn't told anew
            delivery -> {
              if (delivery instanceof Delivery.Received(var event)) {
                count = Request.fromJson(event.data(), Told.class).count();
              }
            });
  }

  private record Told(long count) {}

  long count() {
    return count;
  }

  @Override
  public void close() {
    presence.close();
  }
}
