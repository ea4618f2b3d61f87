package io.sluice.server;

import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.hub.Receipt;
import io.sluice.server.Publishing.Batch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /publish}: publishes a JSON object, an array as a whole, or NDJSON line by line.
 * Thread-safe.
 */
final class BulkPublishEndpoint implements Endpoint {

  /** The largest object or array. */
  private static final int MAX_BODY_BYTES = 16 << 20;

  private final Publishing publishing;
  private final PublicationReader reader;

  BulkPublishEndpoint(Publishing publishing, PublicationReader reader) {
    this.publishing = publishing;
    this.reader = reader;
  }

  @Override
  public void handle(Exchange exchange) {
    publishing.checkOpen();
    String key = Publishing.key(exchange);
    switch (mediaType(exchange.header("Content-Type"))) {
      case "", "application/json" -> whole(exchange, key);
      case "application/x-ndjson", "application/ndjson", "application/jsonl" -> {
        NdjsonPublish lines = new NdjsonPublish(exchange, publishing, reader, key);
        exchange.stream(Long.MAX_VALUE, lines);
      }
      default ->
          exchange.refuse(
              Problem.of(
                  415,
                  "unsupported-media-type",
                  "send application/json or application/x-ndjson; a body as it is goes to POST"
                      + " /events/{channel}"));
    }
  }

  private void whole(Exchange exchange, @Nullable String key) {
    exchange.aggregate(
        MAX_BODY_BYTES,
        body -> {
          List<Publication> events = reader.read(body);
          for (int i = 0; i < events.size(); i++) {
            publishing.check(events.get(i), events.size() == 1 ? "" : "item " + i + ": ");
          }
          publishing.publish(Batch.whole(exchange, events, key, BulkPublishEndpoint::answer));
        });
  }

  private static String mediaType(@Nullable String contentType) {
    if (contentType == null) {
      return "";
    }
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  private static byte[] answer(Receipt receipt) {
    StringBuilder json = new StringBuilder("{\"ids\":[");
    for (EventId id : receipt.ids()) {
      json.append(json.length() == 8 ? "\"" : ",\"").append(id).append('"');
    }
    return json.append("]}").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
