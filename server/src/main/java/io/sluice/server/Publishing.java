package io.sluice.server;

import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import io.sluice.hub.Receipt;
import io.sluice.log.LogFullException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the ways to publish over HTTP have in common. Thread-safe.
 *
 * @param hub publishes
 */
record Publishing(Hub hub) {

  private static final int MAX_KEY_LENGTH = 200;
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);

  /** 503: the hub is stopping. */
  static final Problem DRAINING =
      Problem.unavailable(
          "draining", "the hub is stopping; publish again in a moment", Duration.ofSeconds(5));

  /**
   * The request's idempotency key, null if there is none.
   *
   * @throws RefusedException if it can't be one
   */
  static @Nullable String key(Exchange exchange) {
    String key = exchange.header("Idempotency-Key");
    if (key != null && (key.isEmpty() || key.length() > MAX_KEY_LENGTH)) {
      throw new RefusedException(
          Problem.badRequest(
              "invalid-idempotency-key",
              "Idempotency-Key has "
                  + key.length()
                  + " characters; 1 to "
                  + MAX_KEY_LENGTH
                  + " are allowed"));
    }
    return key;
  }

  /**
   * Refuses publishes while the hub drains.
   *
   * @throws RefusedException with 503 {@code draining}
   */
  void checkOpen() {
    if (hub.isDraining()) {
      throw new RefusedException(DRAINING);
    }
  }

  /** Publishes, and calls back on the exchange's loop: at once where the log answers at once. */
  void publish(
      Exchange exchange,
      List<Publication> events,
      @Nullable String key,
      Consumer<Receipt> published,
      Consumer<Problem> refused) {
    CompletableFuture<Receipt> outcome = hub.publish(events, key);
    if (outcome.isDone()) {
      finish(outcome, published, refused);
    } else {
      outcome.whenCompleteAsync(
          (receipt, failure) -> finish(outcome, published, refused), exchange.loop());
    }
  }

  private static void finish(
      CompletableFuture<Receipt> outcome, Consumer<Receipt> published, Consumer<Problem> refused) {
    Receipt receipt;
    try {
      receipt = outcome.join();
    } catch (CompletionException failure) {
      refused.accept(problem(failure.getCause()));
      return;
    }
    published.accept(receipt);
  }

  private static Problem problem(@Nullable Throwable cause) {
    return switch (cause) {
      case LogFullException full when full.isTemporary() ->
          Problem.unavailable("hub-full", String.valueOf(full.getMessage()), RETRY_WHEN_FULL);
      case LogFullException full -> Problem.of(413, "too-large", String.valueOf(full.getMessage()));
      case IllegalStateException closed -> DRAINING;
      case null, default -> throw new IllegalStateException("publishing failed", cause);
    };
  }
}
