package io.sluice.server;

import io.sluice.event.ChannelName;
import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.hub.Hub;
import io.sluice.log.ChannelFigures;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /channels} and {@code GET /channels/{channel}}. Thread-safe. */
record ChannelEndpoints(Hub hub) {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;

  /** Those that a pattern matches. */
  void list(Exchange exchange) {
    Query query = exchange.query();
    String text = query.first("pattern");
    ChannelPattern pattern = text == null ? ChannelPattern.ALL : ChannelPattern.parse(text);
    int limit = StreamParameters.wholeNumber(query, "limit", DEFAULT_LIMIT, MAX_LIMIT);
    new Awaited<>(exchange, hub.channels(pattern, limit))
        .then(
            channels -> {
              ObjectNode answer = Json.object();
              addTo(answer.putArray("channels"), channels);
              answer.put("total", hub.figures().log().channels());
              exchange.respondJson(200, Json.bytes(answer));
            });
  }

  /** One of them. */
  void one(Exchange exchange) {
    String name = ChannelName.check(exchange.rest());
    new Awaited<>(exchange, hub.channels(ChannelPattern.parse(name), 1))
        .then(found -> answer(exchange, name, found));
  }

  private void answer(Exchange exchange, String name, List<ChannelFigures> found) {
    if (found.isEmpty()) {
      exchange.refuse(
          Problem.notFound("nothing was published to " + name + ", or it is forgotten"));
    } else {
      exchange.respondJson(200, Json.bytes(json(Json.object(), found.getFirst())));
    }
  }

  /** Adds what is known of channels. */
  void addTo(ArrayNode array, List<ChannelFigures> channels) {
    channels.forEach(channel -> json(array.addObject(), channel));
  }

  private ObjectNode json(ObjectNode json, ChannelFigures channel) {
    json.put("channel", channel.channel());
    json.put("events", channel.retained());
    json.put("bytes", channel.bytes());
    String epoch = hub.newest().epoch();
    if (channel.retained() > 0) {
      json.put("oldest", new EventId(epoch, channel.oldest()).toString());
      json.put("newest", new EventId(epoch, channel.newest()).toString());
    }
    if (channel.evictedThrough() > 0) {
      json.put("evictedThrough", new EventId(epoch, channel.evictedThrough()).toString());
    }
    return json;
  }
}
