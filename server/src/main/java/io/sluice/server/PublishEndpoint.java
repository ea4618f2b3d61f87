package io.sluice.server;

import io.sluice.event.Publication;
import io.sluice.hub.Receipt;
import io.sluice.server.Publishing.Batch;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code POST /events/{channel}}: publishes the body as it is. Thread-safe. */
final class PublishEndpoint implements Endpoint {

  private final Publishing publishing;
  private final int maxEventBytes;

  PublishEndpoint(Publishing publishing, long maxEventBytes) {
    this.publishing = publishing;
    this.maxEventBytes = Math.toIntExact(maxEventBytes);
  }

  @Override
  public void handle(Exchange exchange) {
    publishing.checkOpen();
    String key = Publishing.key(exchange);
    String channel = exchange.rest();
    Query query = exchange.query();
    exchange.aggregate(
        maxEventBytes,
        body -> {
          Publication event =
              new Publication(channel, query.first("type"), query.first("key"), body);
          publishing.check(event, "");
          publishing.publish(Batch.whole(exchange, List.of(event), key, PublishEndpoint::answer));
        });
  }

  // An id has nothing that JSON would escape.
  static byte[] answer(Receipt receipt) {
    return ("{\"id\":\"" + receipt.first() + "\"}").getBytes(StandardCharsets.ISO_8859_1);
  }
}
