package io.sluice.server;

import io.sluice.access.Action;
import io.sluice.event.ChannelPattern;
import io.sluice.event.PresenceChannel;
import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import io.sluice.hub.Receipt;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the ways to publish over HTTP have in common. Thread-safe.
 *
 * @param hub publishes
 * @param access who may
 * @param schemas what data must be like
 */
record Publishing(Hub hub, Access access, EventSchemas schemas) {

  /**
   * The request's idempotency key, null if there is none.
   *
   * @throws RefusedException if it can't be one
   */
  static @Nullable String key(Exchange exchange) {
    return PublishParameters.idempotencyKey(exchange.header(PublishParameters.IDEMPOTENCY_KEY));
  }

  /**
   * Refuses publishes while the hub drains.
   *
   * @throws RefusedException with 503 {@code draining}
   */
  void checkOpen() {
    if (hub.isDraining()) {
      throw new RefusedException(Problem.draining());
    }
  }

  /**
   * Refuses an event that only the hub may publish, and one whose data isn't what the schema of its
   * channel and type wants.
   *
   * @param place what stands before the problem: which of several events it is
   * @throws RefusedException with 400 {@code reserved-channel} or {@code schema-violation}
   */
  void check(Publication event, String place) {
    if (PresenceChannel.is(event.channel())) {
      throw new RefusedException(
          Problem.badRequest(
              "reserved-channel",
              place
                  + "channel \""
                  + event.channel()
                  + "\" is the hub's own: it tells who is in the one before @presence"));
    }
    String problem = schemas.problem(event.channel(), event.type(), event.data());
    if (problem != null) {
      throw new RefusedException(Problem.badRequest("schema-violation", place + problem));
    }
  }

  /**
   * What one request publishes at once.
   *
   * @param key the publisher's idempotency key; another publisher's is another one
   * @param published is told the ids, on the exchange's loop
   * @param refused is told why nothing was published, on the exchange's loop
   */
  record Batch(
      Exchange exchange,
      List<Publication> events,
      @Nullable String key,
      Consumer<Receipt> published,
      Consumer<Problem> refused) {

    /** A request that publishes nothing else, and is answered with its outcome. */
    static Batch whole(
        Exchange exchange,
        List<Publication> events,
        @Nullable String key,
        Function<Receipt, byte[]> answer) {
      return new Batch(
          exchange,
          events,
          key,
          receipt -> exchange.respondJson(200, answer.apply(receipt)),
          exchange::refuse);
    }

    private long bytes() {
      long bytes = 0;
      for (Publication event : events) {
        bytes += event.data().length;
      }
      return bytes;
    }

    private List<ChannelPattern> channels() {
      return events.stream()
          .map(Publication::channel)
          .distinct()
          .map(ChannelPattern::parse)
          .toList();
    }

    private @Nullable String ownKey() {
      return PublishParameters.keyOf(exchange.identity(), key);
    }
  }

  /**
   * Publishes what was checked, if its publisher may; at once where rules and log answer at once.
   */
  void publish(Batch batch) {
    if (access.isOpen()) {
      append(batch);
      return;
    }
    CompletableFuture<@Nullable Problem> answer =
        access.refusal(batch.exchange.identity(), Action.PUBLISH, batch.channels());
    if (answer.isDone()) {
      appendUnless(answer.join(), batch);
    } else {
      answer.whenCompleteAsync(
          (problem, failure) -> batch.exchange.run(later -> appendUnless(answer.join(), batch)),
          batch.exchange.loop());
    }
  }

  private void appendUnless(@Nullable Problem forbidden, Batch batch) {
    Problem problem =
        forbidden != null
            ? forbidden
            : access.limits().publish(batch.exchange, batch.events.size(), batch.bytes());
    if (problem != null) {
      batch.refused.accept(problem);
    } else {
      append(batch);
    }
  }

  private void append(Batch batch) {
    CompletableFuture<Receipt> outcome = hub.publish(batch.events, batch.ownKey());
    if (outcome.isDone()) {
      finish(outcome, batch);
    } else {
      outcome.whenCompleteAsync(
          (receipt, failure) -> finish(outcome, batch), batch.exchange.loop());
    }
  }

  private static void finish(CompletableFuture<Receipt> outcome, Batch batch) {
    Receipt receipt;
    try {
      receipt = outcome.join();
    } catch (CompletionException failure) {
      batch.refused.accept(problem(failure.getCause()));
      return;
    }
    batch.published.accept(receipt);
  }

  private static Problem problem(@Nullable Throwable cause) {
    Problem problem = Problem.ofPublishing(cause);
    if (problem == null) {
      throw new IllegalStateException("publishing failed", cause);
    }
    return problem;
  }
}
