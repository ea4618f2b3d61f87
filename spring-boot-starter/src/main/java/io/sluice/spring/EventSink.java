package io.sluice.spring;

import io.sluice.event.Publication;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where a template's events go: a hub in this process, or one somewhere else. Thread-safe. */
@FunctionalInterface
interface EventSink {

  /**
   * Publishes events, all or none.
   *
   * @param idempotencyKey null for none
   * @return completes with their ids, in order, when they are as safe as the hub promises
   */
  CompletableFuture<List<String>> publish(
      List<Publication> events, @Nullable String idempotencyKey);
}
