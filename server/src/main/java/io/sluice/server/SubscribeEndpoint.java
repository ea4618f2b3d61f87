package io.sluice.server;

import io.sluice.access.Action;
import io.sluice.access.Lease;
import io.sluice.hub.Hub;
import io.sluice.hub.Loop;
import io.sluice.hub.StreamOpener;
import io.sluice.hub.StreamRequest;
import io.sluice.wire.Control;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /events} and {@code GET /events/{channel}}: opens a stream. Thread-safe. */
final class SubscribeEndpoint {

  private static final Fields HEAD = Fields.of(StreamEntry.head());

  private final Hub hub;
  private final StreamEntry entry;
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
    this.entry = new StreamEntry(hub);
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
    StreamRequest request =
        StreamParameters.read(
            channels,
            exchange.query(),
            exchange.header(StreamEntry.LAST_EVENT_ID),
            exchange.identity());
    new Awaited<>(exchange, hub.check(request))
        .then(
            checked ->
                access.permit(
                    exchange,
                    Action.SUBSCRIBE,
                    request.subscription().patterns(),
                    () -> open(exchange, request)));
  }

  private void open(Exchange exchange, StreamRequest request) {
    StreamOpener opener = openers.get(exchange.loop());
    if (opener == null) {
      throw new IllegalStateException("no streams can be opened on " + exchange.loop());
    }
    if (hub.isDraining()) {
      exchange.openStream(HEAD, outlet -> entry.open(opener, request, outlet));
      return;
    }
    entry.checkRoom();
    boolean nobodys = !presence && access.isOpen() && access.limits().connections() == null;
    if (nobodys || exchange.headOnly()) {
      exchange.openStream(HEAD, outlet -> opener.open(request, outlet));
      return;
    }
    new Awaited<>(exchange, access.limits().open(exchange))
        .then(lease -> open(exchange, opener, request, lease));
  }

  private void open(
      Exchange exchange, StreamOpener opener, StreamRequest request, @Nullable Lease lease) {
    StreamRequest owned = request.ownedBy(new StreamOwner(exchange.identity(), lease));
    boolean opened = false;
    try {
      // The hub may have begun to stop while other nodes were asked for a place.
      opened = exchange.openStream(HEAD, outlet -> entry.open(opener, owned, outlet));
    } finally {
      if (lease != null && (!opened || hub.isDraining())) {
        lease.close();
      }
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
            entry.turnAway(
                outlet, new Control.Rejected(problem.code(), problem.detail(), retryAfter)));
    return true;
  }
}
