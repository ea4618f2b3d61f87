package io.sluice.server;

import io.sluice.access.Action;
import io.sluice.event.Event;
import io.sluice.hub.Hub;
import io.sluice.hub.StreamRequest;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /history/{channel}}: what is retained, as JSON. Thread-safe. */
record HistoryEndpoint(Hub hub, Access access) implements Endpoint {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;

  @Override
  public void handle(Exchange exchange) {
    Query query = exchange.query();
    Subscription subscription =
        StreamParameters.subscription(List.of(exchange.rest()), query, exchange.identity());
    Origin origin =
        StreamParameters.origin(
            exchange.header(StreamEntry.LAST_EVENT_ID), query, new Origin.Earliest());
    int limit = StreamParameters.wholeNumber(query, "limit", DEFAULT_LIMIT, MAX_LIMIT);
    new Awaited<>(exchange, hub.check(new StreamRequest(subscription, origin, false)))
        .then(
            checked ->
                access.permit(
                    exchange,
                    Action.HISTORY,
                    subscription.patterns(),
                    () ->
                        new Awaited<>(exchange, hub.history(subscription, origin, limit))
                            .then(history -> answer(exchange, history))));
  }

  private static void answer(Exchange exchange, Hub.History history) {
    ObjectNode answer = Json.object();
    ArrayNode events = answer.putArray("events");
    for (Event event : history.events()) {
      add(events.addObject(), event);
    }
    Control.Gap gap = history.gap();
    if (gap != null) {
      add(answer.putObject("gap"), gap);
    }
    exchange.respondJson(200, Json.bytes(answer));
  }

  private static void add(ObjectNode json, Event event) {
    json.put("id", event.id().toString()).put("channel", event.channel());
    if (event.type() != null) {
      json.put("type", event.type());
    }
    if (event.key() != null) {
      json.put("key", event.key());
    }
    json.put("time", Json.time(event.time())).put("data", event.data());
  }

  private static void add(ObjectNode json, Control.Gap gap) {
    json.put("reason", gap.reason().wireName()).put("after", gap.after().toString());
    if (gap.next() != null) {
      json.put("next", gap.next().toString());
    }
    if (gap.missed() >= 0) {
      json.put("missed", gap.missed());
    }
  }
}
