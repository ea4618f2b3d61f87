package io.sluice.server;

import io.sluice.event.Publication;
import io.sluice.server.Publishing.Batch;
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
          Publication event = PublishParameters.publication(channel, query, body);
          publishing.check(event, "");
          publishing.publish(Batch.whole(exchange, List.of(event), key, PublishParameters::answer));
        });
  }
}
