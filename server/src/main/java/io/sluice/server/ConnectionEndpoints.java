package io.sluice.server;

import io.sluice.access.Action;
import io.sluice.access.Identity;
import io.sluice.event.InvalidEventException;
import io.sluice.hub.Hub;
import io.sluice.hub.StreamFigures;
import io.sluice.hub.SubscriptionChange;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /connections}: see streams, change and close them. Thread-safe. */
record ConnectionEndpoints(Hub hub, Access access) {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;
  private static final int MAX_CHANGE_BYTES = 64 << 10;
  private static final Set<String> PART = Set.of("channels", "types", "since");

  /** Open streams, and those closed last. */
  void list(Exchange exchange) {
    int limit = StreamParameters.wholeNumber(exchange.query(), "limit", DEFAULT_LIMIT, MAX_LIMIT);
    int total = hub.streams().size();
    answer(
        exchange,
        hub.streams().figures(limit),
        open -> {
          ObjectNode answer = Json.object();
          addTo(answer.putArray("connections"), open);
          addTo(answer.putArray("closed"), hub.streams().recentlyClosed());
          exchange.respondJson(200, Json.bytes(answer.put("total", total)));
        });
  }

  /** One open stream. */
  void one(Exchange exchange) {
    checkOwner(exchange);
    CompletableFuture<StreamFigures> found = hub.streams().figures(exchange.rest());
    if (found == null) {
      refuseUnknown(exchange);
    } else {
      answer(
          exchange,
          found,
          stream -> exchange.respondJson(200, Json.bytes(json(Json.object(), stream))));
    }
  }

  /** Closes a stream. */
  void close(Exchange exchange) {
    checkOwner(exchange);
    if (hub.streams().close(exchange.rest())) {
      exchange.respond(204, Fields.NONE);
    } else {
      refuseUnknown(exchange);
    }
  }

  /** Changes what a stream is subscribed to. */
  void change(Exchange exchange) {
    checkOwner(exchange);
    exchange.aggregate(
        MAX_CHANGE_BYTES,
        body -> {
          SubscriptionChange change = change(body, exchange.identity());
          access.permit(
              exchange, Action.SUBSCRIBE, change.addChannels(), () -> change(exchange, change));
        });
  }

  private void change(Exchange exchange, SubscriptionChange change) {
    CompletableFuture<@Nullable Subscription> changed =
        hub.streams().change(exchange.rest(), change);
    if (changed == null) {
      refuseUnknown(exchange);
      return;
    }
    answer(
        exchange,
        changed.thenApply(Optional::ofNullable),
        held ->
            held.ifPresentOrElse(
                subscription -> exchange.respondJson(200, json(subscription)),
                () -> refuseUnknown(exchange))); // it ended meanwhile
  }

  /**
   * Keeps strangers from a stream. That of somebody is theirs and the operators'; that of an
   * anonymous subscriber is anybody's who knows its unguessable id, but nothing can be added to it
   * that an anonymous one may not have.
   */
  private void checkOwner(Exchange exchange) {
    if (access.isOperator(exchange)
        || !(hub.streams().owner(exchange.rest()) instanceof StreamOwner owner)) {
      return;
    }
    Identity identity = owner.identity();
    if (identity.isAnonymous()) {
      exchange.identify(identity);
    } else if (!identity.isSameSubject(exchange.identity())) {
      throw Access.denied(
          exchange.identity(), "forbidden-connection", "this connection is somebody else's");
    }
  }

  private static byte[] json(Subscription subscription) {
    ObjectNode answer = Json.object();
    ArrayNode channels = answer.putArray("channels");
    subscription.channels().forEach(channels::add);
    ArrayNode types = answer.putArray("types");
    subscription.types().forEach(types::add);
    return Json.bytes(answer);
  }

  private static void refuseUnknown(Exchange exchange) {
    exchange.refuse(Problem.notFound("no connection with this id is open"));
  }

  /** Answers on the exchange's loop with what another loop gives. */
  private static <T> void answer(
      Exchange exchange, CompletableFuture<T> outcome, Consumer<T> answer) {
    outcome.whenCompleteAsync(
        (value, failure) -> exchange.run(answered -> finish(value, failure, answer)),
        exchange.loop());
  }

  private static <T> void finish(
      @Nullable T value, @Nullable Throwable failure, Consumer<T> answer) {
    if (value != null) {
      answer.accept(value);
      return;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof InvalidEventException invalid) {
      throw invalid;
    }
    throw new IllegalStateException("the stream's loop failed", cause);
  }

  private static SubscriptionChange change(byte[] body, Identity who) {
    JsonNode json = JsonBody.object(body, "the change", Set.of("add", "remove", "since"));
    JsonNode add = JsonBody.part(json, "add", PART);
    JsonNode remove = JsonBody.part(json, "remove", PART);
    JsonNode since = json.has("since") ? json.get("since") : add.get("since");
    return new SubscriptionChange(
        StreamParameters.patterns(JsonBody.strings(add, "channels"), who),
        JsonBody.strings(add, "types"),
        StreamParameters.patterns(JsonBody.strings(remove, "channels"), who),
        JsonBody.strings(remove, "types"),
        since == null || since.isNull() ? Origin.live() : StreamParameters.since(since.asString()));
  }

  private static void addTo(ArrayNode array, List<StreamFigures> streams) {
    streams.forEach(stream -> json(array.addObject(), stream));
  }

  private static ObjectNode json(ObjectNode json, StreamFigures stream) {
    json.put("id", stream.id()).put("peer", stream.peer());
    if (stream.owner() instanceof StreamOwner owner && owner.identity().subject() != null) {
      json.put("subject", owner.identity().subject());
    }
    ArrayNode channels = json.putArray("channels");
    stream.channels().forEach(channels::add);
    ArrayNode types = json.putArray("types");
    stream.types().forEach(types::add);
    json.put("opened", Json.time(stream.opened()));
    json.put("age", seconds(stream.age()));
    if (stream.cameWith() != null) {
      json.put("cameWith", stream.cameWith());
    }
    json.put("position", stream.position().toString());
    json.put("lag", stream.lag());
    json.put("delivered", stream.delivered());
    json.put("replayed", stream.replayed());
    json.put("bytes", stream.bytes());
    json.put("lastWrite", seconds(stream.quiet()));
    json.put("pendingBytes", stream.pendingBytes());
    json.put("blocked", stream.blocked());
    if (stream.reason() != null) {
      json.put("reason", stream.reason().label());
    }
    return json;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
