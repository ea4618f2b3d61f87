package io.sluice.server;

import io.sluice.hub.CloseReason;
import io.sluice.hub.Hub;
import io.sluice.hub.Loop;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.hub.StreamOpener;
import io.sluice.hub.StreamRequest;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import io.sluice.wire.Frames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** {@code GET /events} and {@code GET /events/{channel}}: opens a stream. Thread-safe. */
final class SubscribeEndpoint implements Endpoint {

  private static final Fields HEAD =
      Fields.of(
          "Content-Type",
          "text/event-stream",
          "Cache-Control",
          "no-cache, no-transform",
          "X-Accel-Buffering",
          "no");

  private static final long MAX_RETRY_SPREAD_MILLIS = 10_000;
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(5);

  private final Hub hub;
  private final Map<Loop, StreamOpener> openers;
  private final boolean channelInPath;

  SubscribeEndpoint(Hub hub, Map<Loop, StreamOpener> openers, boolean channelInPath) {
    this.hub = hub;
    this.openers = openers;
    this.channelInPath = channelInPath;
  }

  @Override
  public void handle(Exchange exchange) {
    Query query = exchange.query();
    List<String> channels = channelInPath ? List.of(exchange.rest()) : query.all("channel");
    Subscription subscription = StreamParameters.subscription(channels, query);
    Origin origin = StreamParameters.origin(exchange, query, Origin.live());
    boolean visible = StreamParameters.visibleHeartbeat(query.first("heartbeat"));
    StreamRequest request = new StreamRequest(subscription, origin, visible);
    hub.check(request);
    StreamOpener opener = openers.get(exchange.loop());
    if (opener == null) {
      throw new IllegalStateException("no streams can be opened on " + exchange.loop());
    }
    exchange.openStream(HEAD, outlet -> open(opener, request, outlet));
  }

  private OutletOwner open(StreamOpener opener, StreamRequest request, Outlet outlet) {
    // A native EventSource never comes back after an error status. So what can't be served now is
    // a stream that says when to come back, and ends.
    if (hub.isDraining()) {
      return turnAway(outlet, null);
    }
    int most = hub.options().maxStreams();
    if (hub.streams().size() >= most) {
      return turnAway(
          outlet,
          new Control.Rejected(
              "too-many-connections",
              "this hub holds " + most + " streams, and no more",
              RETRY_WHEN_FULL));
    }
    return opener.open(request, outlet);
  }

  private OutletOwner turnAway(Outlet outlet, Control.@Nullable Rejected why) {
    long spread = ThreadLocalRandom.current().nextLong(MAX_RETRY_SPREAD_MILLIS);
    Frames frames = new Frames(512);
    Control retry = new Control.Retry(hub.options().stream().retry().plusMillis(spread));
    frames.add(0, retry, retry.encode());
    if (why != null) {
      frames.add(0, why, why.encode());
    }
    outlet.write(frames, 0);
    outlet.end();
    return Nobody.INSTANCE;
  }

  /** Owns the outlet of a stream that was turned away. */
  private enum Nobody implements OutletOwner {
    INSTANCE;

    @Override
    public void drained() {}

    @Override
    public void disconnected(CloseReason reason) {}
  }
}
