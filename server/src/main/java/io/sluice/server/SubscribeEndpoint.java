package io.sluice.server;

import io.sluice.access.Action;
import io.sluice.access.Lease;
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
final class SubscribeEndpoint {

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
  private final Access access;
  private final LimitSettings.RefuseStreams refusing;
  private final boolean presence;

  /**
   * @param presence whether somebody wants to know whose each stream is, although everybody may do
   *     everything
   */
  SubscribeEndpoint(
      Hub hub,
      Map<Loop, StreamOpener> openers,
      Access access,
      LimitSettings.RefuseStreams refusing,
      boolean presence) {
    this.hub = hub;
    this.openers = openers;
    this.access = access;
    this.refusing = refusing;
    this.presence = presence;
  }

  /** To the channels that the query names. */
  void several(Exchange exchange) {
    subscribe(exchange, exchange.query().all("channel"));
  }

  /** To the channel in the path. */
  void one(Exchange exchange) {
    subscribe(exchange, List.of(exchange.rest()));
  }

  /**
   * Has refusals that waiting helps against told on a stream, if that is set. To be called before
   * anything can be refused.
   */
  Endpoint refusing(Endpoint next) {
    if (refusing == LimitSettings.RefuseStreams.STATUS) {
      return next;
    }
    return exchange -> {
      exchange.onRefusal(problem -> refusedOnStream(exchange, problem));
      next.handle(exchange);
    };
  }

  private void subscribe(Exchange exchange, List<String> channels) {
    Query query = exchange.query();
    Subscription subscription = StreamParameters.subscription(channels, query, exchange.identity());
    Origin origin = StreamParameters.origin(exchange, query, Origin.live());
    boolean visible = StreamParameters.visibleHeartbeat(query.first("heartbeat"));
    StreamRequest request =
        new StreamRequest(subscription, origin, visible).packed(StreamParameters.packing(query));
    new Awaited<>(exchange, hub.check(request))
        .then(
            checked ->
                access.permit(
                    exchange,
                    Action.SUBSCRIBE,
                    subscription.patterns(),
                    () -> open(exchange, request)));
  }

  private void open(Exchange exchange, StreamRequest request) {
    StreamOpener opener = openers.get(exchange.loop());
    if (opener == null) {
      throw new IllegalStateException("no streams can be opened on " + exchange.loop());
    }
    // A native EventSource never comes back after an error status: while the hub stops, it gets a
    // stream that says when to come back, and ends.
    if (hub.isDraining()) {
      exchange.openStream(HEAD, outlet -> turnAway(outlet, null));
      return;
    }
    int most = hub.options().maxStreams();
    if (hub.streams().size() >= most) {
      throw new RefusedException(
          Problem.unavailable(
              "too-many-connections",
              "this hub holds " + most + " streams, and no more",
              RETRY_WHEN_FULL));
    }
    boolean nobodys = !presence && access.isOpen() && access.limits().connections() == null;
    if (nobodys || exchange.headOnly()) {
      exchange.openStream(HEAD, outlet -> opener.open(request, outlet));
      return;
    }
    Lease lease = access.limits().open(exchange);
    StreamRequest owned = request.ownedBy(new StreamOwner(exchange.identity(), lease));
    if (!exchange.openStream(HEAD, outlet -> opener.open(owned, outlet)) && lease != null) {
      lease.close();
    }
  }

  private boolean refusedOnStream(Exchange exchange, Problem problem) {
    Duration retryAfter = problem.retryAfter();
    if (retryAfter == null || exchange.headOnly()) {
      return false;
    }
    exchange.openStream(
        HEAD,
        outlet ->
            turnAway(outlet, new Control.Rejected(problem.code(), problem.detail(), retryAfter)));
    return true;
  }

  private OutletOwner turnAway(Outlet outlet, Control.@Nullable Rejected why) {
    long spread = ThreadLocalRandom.current().nextLong(MAX_RETRY_SPREAD_MILLIS);
    Duration least = hub.options().stream().retry();
    if (why != null && why.retryAfter().compareTo(least) > 0) {
      least = why.retryAfter();
    }
    Frames frames = new Frames(512);
    Control retry = new Control.Retry(least.plusMillis(spread));
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
