package io.sluice.spring;

import io.sluice.event.Publication;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what annotated methods and classes bring, after the commit.
 *
 * <p>Thread-safe.
 */
record EventPublishing(SluiceTemplate template) {

  private static final Logger log = LoggerFactory.getLogger(EventPublishing.class);

  /** Publishes, if there is something. Nobody waits for the outcome: that it failed is logged. */
  void publish(List<Publication> events) {
    if (events.isEmpty()) {
      return;
    }
    CompletableFuture<List<String>> outcome = template.sendAfterCommit(events);
    outcome.whenComplete(
        (ids, failure) -> {
          if (failure != null && !(failure instanceof RolledBackException)) {
            log.error(
                "{} events were not published, the first of them to {}",
                events.size(),
                events.getFirst().channel(),
                failure);
          }
        });
  }
}
