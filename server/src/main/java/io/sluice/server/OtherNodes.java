package io.sluice.server;

import io.sluice.redis.fleet.Fleet;
import io.sluice.redis.fleet.NodeCallException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The other nodes of a hub, as its API needs them: does at another node what can only be done
 * there, and asks all of them. A hub that is alone has none.
 *
 * <p>Thread-safe. Nothing blocks.
 */
final class OtherNodes {

  /** A hub that is alone. */
  static final OtherNodes NONE = new OtherNodes(null);

  private static final String CONNECTION = "connection";
  private static final String CONNECTIONS = "connections";
  private static final String STATS = "stats";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final @Nullable Fleet fleet;

  OtherNodes(@Nullable Fleet fleet) {
    this.fleet = fleet;
  }

  /** What a node says of itself, or why it says nothing. */
  private record Said(String node, @Nullable ObjectNode answer, @Nullable Problem problem) {}

  // What others ask this one

  /** Answers what others ask of this node's streams. */
  void answerConnection(Function<ConnectionCommand, CompletableFuture<NodeReply>> answerer) {
    answer(CONNECTION, body -> answerer.apply(ConnectionCommand.decode(body)));
  }

  /** Answers others that list streams: at most so many. */
  void answerConnections(Function<Integer, CompletableFuture<ObjectNode>> answerer) {
    answer(
        CONNECTIONS,
        body ->
            answerer
                .apply(Integer.parseInt(new String(body, StandardCharsets.UTF_8)))
                .thenApply(json -> new NodeReply(200, Json.bytes(json))));
  }

  /** Answers others that want this node's figures. */
  void answerStats(Supplier<ObjectNode> answerer) {
    answer(
        STATS,
        body -> CompletableFuture.completedFuture(new NodeReply(200, Json.bytes(answerer.get()))));
  }

  private void answer(String kind, Function<byte[], CompletableFuture<NodeReply>> answerer) {
    if (fleet != null) {
      fleet.answer(
          kind,
          body ->
              answerer
                  .apply(body)
                  .handle(
                      (reply, failure) ->
                          failure == null ? reply.encode() : NodeReply.encode(problem(failure))));
    }
  }

  private static Problem problem(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    Problem known = Problem.of(cause);
    return known == null ? Problem.internalError() : known;
  }

  // What this one asks others

  /** Whether a node is another one than this. */
  boolean isOther(String node) {
    return fleet != null && !node.equals(fleet.node());
  }

  /** Has another node do something with a stream; fails with {@link RefusedException}. */
  CompletableFuture<NodeReply> run(ConnectionCommand command) {
    return ask(command.node(), CONNECTION, command.encode());
  }

  private CompletableFuture<NodeReply> ask(String node, String kind, byte[] body) {
    if (fleet == null) {
      throw new IllegalStateException("this hub is alone");
    }
    return fleet
        .ask(node, kind, body)
        .handle(
            (reply, failure) -> {
              if (failure != null) {
                throw new RefusedException(unanswered(failure));
              }
              return NodeReply.decode(reply);
            });
  }

  /** What it means to a client that a node gave no answer. */
  static Problem unanswered(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof NodeCallException call)) {
      throw new IllegalStateException("a node can't be asked", cause);
    }
    String detail = String.valueOf(call.getMessage());
    return switch (call.reason()) {
      case GONE -> Problem.of(404, "not-found", detail + "; what it had open is closed");
      case SILENT -> Problem.of(504, "node-timeout", detail);
      case FAILED -> Problem.of(502, "node-failed", detail);
      case AWAY -> Problem.unavailable("nodes-unreachable", detail, RETRY_AFTER);
    };
  }

  /**
   * Figures of one node, or of all.
   *
   * @param node the one wanted, null for all
   * @param own this node's
   */
  CompletableFuture<ObjectNode> stats(@Nullable String node, Supplier<ObjectNode> own) {
    Fleet others = fleet;
    if (others == null) {
      checkAlone(node);
      return CompletableFuture.completedFuture(own.get());
    }
    if (node != null) {
      return askAll(List.of(node), STATS, "", () -> CompletableFuture.completedFuture(own.get()))
          .thenApply(said -> only(said.getFirst()));
    }
    return askAll(others.nodes(), STATS, "", () -> CompletableFuture.completedFuture(own.get()))
        .thenApply(said -> FleetStats.sum(own.get(), parts(said)));
  }

  /**
   * Streams of one node, or of all.
   *
   * @param node the one wanted, null for all
   * @param limit how many at most
   * @param own lists this node's, at most so many
   */
  CompletableFuture<ObjectNode> connections(
      @Nullable String node, int limit, Function<Integer, CompletableFuture<ObjectNode>> own) {
    Fleet others = fleet;
    if (others == null) {
      checkAlone(node);
      return own.apply(limit);
    }
    if (node != null) {
      return askAll(List.of(node), CONNECTIONS, "" + limit, () -> own.apply(limit))
          .thenApply(said -> only(said.getFirst()));
    }
    List<String> all = others.nodes();
    // Each its share and as much again: what all send together stays bounded however many they are.
    int share = Math.min(limit, 2 * limit / all.size() + 10);
    return askAll(all, CONNECTIONS, "" + share, () -> own.apply(share))
        .thenApply(said -> joined(said, limit));
  }

  private static void checkAlone(@Nullable String node) {
    if (node != null) {
      throw new RefusedException(
          Problem.of(404, "unknown-node", "this hub is alone; it knows no node " + node));
    }
  }

  private CompletableFuture<List<Said>> askAll(
      List<String> nodes, String kind, String body, Supplier<CompletableFuture<ObjectNode>> own) {
    List<CompletableFuture<Said>> asked = new ArrayList<>();
    for (String node : nodes) {
      CompletableFuture<ObjectNode> answer =
          isOther(node)
              ? ask(node, kind, body.getBytes(StandardCharsets.UTF_8))
                  .thenApply(reply -> (ObjectNode) Json.tree(reply.json()))
              : own.get();
      asked.add(
          answer.handle(
              (json, failure) -> new Said(node, json, failure == null ? null : problem(failure))));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
  }

  private static ObjectNode only(Said said) {
    if (said.problem != null) {
      throw new RefusedException(
          said.problem.status() == 404
              ? Problem.of(404, "unknown-node", "no node called " + said.node + " is there")
              : said.problem);
    }
    return named(said);
  }

  private static ObjectNode named(Said said) {
    ObjectNode named = Json.object().put("node", said.node);
    if (said.answer != null) {
      named.setAll(said.answer);
    } else if (said.problem != null) {
      named.put("error", said.problem.code());
    }
    return named;
  }

  private static List<ObjectNode> parts(List<Said> said) {
    return said.stream().map(OtherNodes::named).toList();
  }

  private static ObjectNode joined(List<Said> said, int limit) {
    ObjectNode all = Json.object();
    ArrayNode open = all.putArray("connections");
    ArrayNode closed = all.putArray("closed");
    long total = 0;
    ArrayNode nodes = Json.MAPPER.createArrayNode();
    for (Said one : said) {
      ObjectNode node = nodes.addObject().put("node", one.node);
      ObjectNode answer = one.answer;
      if (answer == null) {
        node.put("error", one.problem == null ? "node-failed" : one.problem.code());
        continue;
      }
      long count = answer.path("total").asLong();
      total += count;
      node.put("total", count);
      answer.path("connections").forEach(each -> addUpTo(open, each, limit));
      answer.path("closed").forEach(closed::add);
    }
    all.put("total", total);
    all.set("nodes", nodes);
    return all;
  }

  private static void addUpTo(ArrayNode open, JsonNode each, int limit) {
    if (open.size() < limit) {
      open.add(each);
    }
  }
}
