package io.sluice.spring;

import io.sluice.access.Decision;
import io.sluice.access.Grants;
import io.sluice.access.Identity;
import io.sluice.event.ChannelPattern;
import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import io.sluice.hub.Loop;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.hub.Receipt;
import io.sluice.hub.StreamRequest;
import io.sluice.server.Problem;
import io.sluice.server.PublishParameters;
import io.sluice.server.RefusedException;
import io.sluice.server.StreamEntry;
import io.sluice.server.StreamParameters;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the application's own server answers at the hub's path, whichever server that is.
 *
 * <p>Thread-safe. What takes a {@link Call} may block: for the policies, and for a store.
 */
final class EventsEndpoint {

  private static final Logger log = LoggerFactory.getLogger(EventsEndpoint.class);

  /**
   * A request, as whichever server has read it.
   *
   * @param channel what stands behind the hub's path, decoded; null if nothing does
   * @param rawQuery the query, not decoded
   * @param lastEventId the header, null if there is none
   * @param idempotencyKey the header, null if there is none
   */
  record Call(
      Caller caller,
      @Nullable String channel,
      @Nullable String rawQuery,
      @Nullable String lastEventId,
      @Nullable String idempotencyKey) {}

  /**
   * Who may do what.
   *
   * @param publish null if nobody publishes over HTTP
   */
  record Policies(SubscriptionPolicy subscribe, @Nullable PublishPolicy publish) {}

  private final Hub hub;
  private final ServingLoops loops;
  private final StreamEntry entry;
  private final Policies policies;
  private final int maxEventBytes;

  EventsEndpoint(Hub hub, ServingLoops loops, Policies policies, int maxEventBytes) {
    this.hub = hub;
    this.loops = loops;
    this.entry = new StreamEntry(hub);
    this.policies = policies;
    this.maxEventBytes = maxEventBytes;
  }

  /** The largest data of one event, in bytes. */
  int maxEventBytes() {
    return maxEventBytes;
  }

  /** The methods that are answered, as {@code Allow} tells them. */
  String methods() {
    return policies.publish == null ? "GET, HEAD" : "GET, HEAD, POST";
  }

  /** Refuses a method. */
  Problem wrongMethod(String method) {
    return Problem.of(
        405, "method-not-allowed", "the methods here are " + methods() + ", not " + method);
  }

  // ---- streams

  /**
   * Checks a request for a stream.
   *
   * @throws RefusedException or {@link io.sluice.event.InvalidEventException} if it can't be or may
   *     not be
   */
  StreamRequest admit(Call call) {
    Identity who = identity(call.caller);
    StreamRequest request =
        StreamParameters.read(call.channel, call.rawQuery, call.lastEventId, who);
    join(hub.check(request));
    for (ChannelPattern channel : request.subscription().patterns()) {
      if (!policies.subscribe.maySubscribe(call.caller, channel)) {
        throw denied(call.caller, "subscribing to " + channel + " isn't allowed");
      }
    }
    entry.checkRoom();
    return request.ownedBy(call.caller);
  }

  /**
   * Has an outlet made for one of the loops.
   *
   * @param outlet makes it of its loop, and of what opens its stream there
   */
  <T extends Outlet> T open(
      StreamRequest request, BiFunction<Loop, Function<Outlet, OutletOwner>, T> outlet) {
    ServingLoops.Place place = loops.next();
    return outlet.apply(place.loop(), made -> entry.open(place.opener(), request, made));
  }

  // ---- publishing

  /**
   * Publishes a request's body.
   *
   * @return fails with what {@link #problem} knows
   * @throws RefusedException or {@link io.sluice.event.InvalidEventException} if it can't be or may
   *     not be
   */
  CompletableFuture<Receipt> publish(Call call, byte[] body) {
    String channel = call.channel;
    PublishPolicy policy = policies.publish;
    if (channel == null || policy == null) {
      throw new RefusedException(wrongMethod("POST"));
    }
    if (hub.isDraining()) {
      throw new RefusedException(Problem.draining());
    }
    if (body.length > maxEventBytes) {
      throw new RefusedException(Problem.tooLarge(maxEventBytes));
    }
    String key = PublishParameters.idempotencyKey(call.idempotencyKey);
    Publication event = PublishParameters.publication(channel, call.rawQuery, body);
    if (!policy.mayPublish(call.caller, channel)) {
      throw denied(call.caller, "publishing to " + channel + " isn't allowed");
    }
    return hub.publish(List.of(event), PublishParameters.keyOf(identity(call.caller), key));
  }

  // ---- who asks

  private static Identity identity(Caller caller) {
    String name = caller.name();
    return name == null
        ? Identity.ANONYMOUS
        : new Identity(
            Identity.Kind.SESSION,
            name,
            caller.authorities(),
            Set.of(),
            Map.of(),
            Grants.NONE,
            null,
            null,
            null,
            null);
  }

  private static RefusedException denied(Caller caller, String detail) {
    return new RefusedException(
        caller.isAnonymous()
            ? Problem.of(401, "authentication-required", detail + "; nobody said who asks")
            : Problem.of(403, Decision.CODE, detail));
  }

  /** What a client is told of a failure; the log is told of those that aren't its own. */
  static Problem problem(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    Problem problem = Problem.of(cause);
    if (problem == null) {
      log.error("a request for events failed", cause);
      problem = Problem.internalError();
    }
    return problem;
  }

  private static void join(CompletableFuture<Void> check) {
    try {
      check.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }
}
