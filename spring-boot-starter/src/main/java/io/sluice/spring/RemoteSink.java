package io.sluice.spring;

import io.sluice.client.SluiceClient;
import io.sluice.event.Publication;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A hub somewhere else, through the client.
 *
 * <p>Thread-safe. It waits only while as much waits for the hub as may ({@code maxWaitingBytes}).
 */
record RemoteSink(SluiceClient client) implements EventSink {

  @Override
  public CompletableFuture<List<String>> publish(
      List<Publication> events, @Nullable String idempotencyKey) {
    try {
      if (idempotencyKey != null) {
        return client.publishAsync(events, idempotencyKey);
      }
      // One by one the client puts what waits into one request.
      return events.size() == 1
          ? client.publishAsync(events.getFirst()).thenApply(List::of)
          : client.publishAsync(events);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return CompletableFuture.failedFuture(interrupted);
    }
  }
}
