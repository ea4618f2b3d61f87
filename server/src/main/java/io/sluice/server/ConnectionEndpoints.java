package io.sluice.server;

import io.sluice.hub.Hub;
import io.sluice.hub.StreamFigures;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /connections}: see streams, change and close them, at whichever node. Thread-safe. */
final class ConnectionEndpoints {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;
  private static final int MAX_CHANGE_BYTES = 64 << 10;
  private static final byte[] NOTHING = {};

  private final Hub hub;
  private final Access access;
  private final LocalConnections local;
  private final OtherNodes others;

  /** Answers other nodes too from now on. */
  ConnectionEndpoints(Hub hub, Access access, OtherNodes others) {
    this.hub = hub;
    this.access = access;
    this.local = new LocalConnections(hub, access);
    this.others = others;
    others.answerConnection(local::run);
    others.answerConnections(this::list);
  }

  /** Open streams, and those closed last. */
  void list(Exchange exchange) {
    int limit = StreamParameters.wholeNumber(exchange.query(), "limit", DEFAULT_LIMIT, MAX_LIMIT);
    new Awaited<>(exchange, others.connections(exchange.query().first("node"), limit, this::list))
        .then(answer -> exchange.respondJson(200, Json.bytes(answer)));
  }

  private CompletableFuture<ObjectNode> list(int limit) {
    int total = hub.streams().size();
    return hub.streams()
        .figures(limit)
        .thenApply(
            open -> {
              ObjectNode answer = Json.object();
              addTo(answer.putArray("connections"), open);
              addTo(answer.putArray("closed"), hub.streams().recentlyClosed());
              return answer.put("total", total);
            });
  }

  private static void addTo(ArrayNode array, List<StreamFigures> streams) {
    streams.forEach(stream -> LocalConnections.addTo(array.addObject(), stream));
  }

  /** One open stream. */
  void one(Exchange exchange) {
    run(exchange, ConnectionCommand.Verb.SEE, NOTHING);
  }

  /** Closes a stream. */
  void close(Exchange exchange) {
    run(exchange, ConnectionCommand.Verb.CLOSE, NOTHING);
  }

  /** Changes what a stream is subscribed to. */
  void change(Exchange exchange) {
    exchange.aggregate(
        MAX_CHANGE_BYTES, body -> run(exchange, ConnectionCommand.Verb.CHANGE, body));
  }

  private void run(Exchange exchange, ConnectionCommand.Verb verb, byte[] body) {
    ConnectionCommand command =
        new ConnectionCommand(
            verb, exchange.rest(), exchange.identity(), access.isOperator(exchange), body);
    CompletableFuture<NodeReply> reply =
        others.isOther(command.node()) ? others.run(command) : local.run(command);
    new Awaited<>(exchange, reply).then(done -> done.respond(exchange));
  }
}
