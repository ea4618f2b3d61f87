package io.sluice.server;

import io.sluice.access.Action;
import io.sluice.access.Identity;
import io.sluice.hub.Hub;
import io.sluice.hub.StreamFigures;
import io.sluice.hub.SubscriptionChange;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Does what somebody wants of this hub's streams, if they may: whether they asked here or at
 * another node.
 *
 * <p>Thread-safe. Nothing blocks.
 */
record LocalConnections(Hub hub, Access access) {

  private static final Set<String> PART = Set.of("channels", "types", "since");

  /**
   * Does it.
   *
   * @return fails with {@link RefusedException} or {@link io.sluice.event.InvalidEventException}
   */
  CompletableFuture<NodeReply> run(ConnectionCommand command) {
    try {
      Identity who = checkOwner(command);
      return switch (command.verb()) {
        case SEE -> see(command.id());
        case CHANGE -> change(command, who);
        case CLOSE -> close(command.id());
      };
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private CompletableFuture<NodeReply> see(String id) {
    CompletableFuture<StreamFigures> found = hub.streams().figures(id);
    if (found == null) {
      throw unknown();
    }
    return found.thenApply(stream -> new NodeReply(200, Json.bytes(addTo(Json.object(), stream))));
  }

  private CompletableFuture<NodeReply> close(String id) {
    if (!hub.streams().close(id)) {
      throw unknown();
    }
    return CompletableFuture.completedFuture(NodeReply.NO_CONTENT);
  }

  private CompletableFuture<NodeReply> change(ConnectionCommand command, Identity who) {
    SubscriptionChange change = change(command.body(), who);
    return access
        .refusal(who, Action.SUBSCRIBE, change.addChannels())
        .thenCompose(
            problem -> {
              if (problem != null) {
                throw new RefusedException(problem);
              }
              return change(command.id(), change);
            });
  }

  private CompletableFuture<NodeReply> change(String id, SubscriptionChange change) {
    CompletableFuture<@Nullable Subscription> changed = hub.streams().change(id, change);
    if (changed == null) {
      throw unknown();
    }
    return changed.thenApply(
        held -> {
          if (held == null) {
            throw unknown(); // it ended meanwhile
          }
          return new NodeReply(200, json(held));
        });
  }

  /**
   * Keeps strangers from a stream. That of somebody is theirs and the operators'; that of an
   * anonymous subscriber is anybody's who knows its unguessable id, but nothing can be added to it
   * that an anonymous one may not have.
   *
   * @return as whom the caller goes on
   */
  private Identity checkOwner(ConnectionCommand command) {
    if (command.operator()
        || !(hub.streams().owner(command.id()) instanceof StreamOwner owner)
        || owner.identity().isSameSubject(command.who())) {
      return command.who();
    }
    if (owner.identity().isAnonymous()) {
      return owner.identity();
    }
    throw Access.denied(
        command.who(), "forbidden-connection", "this connection is somebody else's");
  }

  static RefusedException unknown() {
    return new RefusedException(Problem.notFound("no connection with this id is open"));
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

  private static byte[] json(Subscription subscription) {
    ObjectNode answer = Json.object();
    ArrayNode channels = answer.putArray("channels");
    subscription.channels().forEach(channels::add);
    ArrayNode types = answer.putArray("types");
    subscription.types().forEach(types::add);
    return Json.bytes(answer);
  }

  /** What is known of a stream, as the API tells it. */
  static ObjectNode addTo(ObjectNode json, StreamFigures stream) {
    json.put("id", stream.id()).put("peer", stream.peer());
    if (stream.owner() instanceof StreamOwner owner && owner.identity().subject() != null) {
      json.put("subject", owner.identity().subject());
    }
    ArrayNode channels = json.putArray("channels");
    stream.channels().forEach(channels::add);
    ArrayNode types = json.putArray("types");
    stream.types().forEach(types::add);
    if (!stream.packing().batch().isZero()) {
      json.put("batch", DurationText.format(stream.packing().batch()));
    }
    if (stream.packing().gzip()) {
      json.put("encoding", "gzip");
    }
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
