package io.sluice.spring;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.sluice.event.Publication;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events, wherever the hub is.
 *
 * <pre>{@code
 * template.send("orders/42", "shipped", new Shipment(2)).thenAccept(id -> ...);
 * }</pre>
 *
 * <p>Each publish is an observation, {@code sluice.publish}, that ends when the hub has answered.
 *
 * <p>Thread-safe. Nothing here blocks. What can't be an event is refused at once, with {@link
 * io.sluice.event.InvalidEventException}; what the hub refuses, or a connection that fails, fails
 * the future.
 */
public final class SluiceTemplate {

  private static final String OBSERVATION = "sluice.publish";

  private final EventSink sink;
  private final PayloadConverter converter;
  private final ObservationRegistry observations;

  SluiceTemplate(EventSink sink, PayloadConverter converter, ObservationRegistry observations) {
    this.sink = sink;
    this.converter = converter;
    this.observations = observations;
  }

  /**
   * Publishes an event without a type.
   *
   * @param data text and bytes go as they are, everything else as JSON
   * @return its id, when the event is as safe as the hub promises
   */
  public CompletableFuture<String> send(String channel, Object data) {
    return send(event(channel, null, null, data));
  }

  /** Publishes an event with a type. */
  public CompletableFuture<String> send(String channel, String type, Object data) {
    return send(event(channel, type, null, data));
  }

  /**
   * Publishes an event with a type and a key.
   *
   * @param type null for none
   * @param key names the thing of which the event tells the newest state; null for none
   */
  public CompletableFuture<String> send(
      String channel, @Nullable String type, @Nullable String key, Object data) {
    return send(event(channel, type, key, data));
  }

  /** Publishes an event. */
  public CompletableFuture<String> send(Publication event) {
    return sendAll(List.of(event), null).thenApply(List::getFirst);
  }

  /**
   * Publishes events, all or none, next to each other in the log.
   *
   * @param events at least one
   * @param idempotencyKey the same key within ten minutes gives the outcome of its first publish,
   *     and publishes nothing; null for none
   * @return their ids, in order
   * @throws IllegalArgumentException if there is no event
   */
  public CompletableFuture<List<String>> sendAll(
      List<Publication> events, @Nullable String idempotencyKey) {
    if (events.isEmpty()) {
      throw new IllegalArgumentException("a publish needs at least one event");
    }
    Observation observation =
        Observation.createNotStarted(OBSERVATION, observations)
            .contextualName("publish " + events.getFirst().channel())
            .lowCardinalityKeyValue("messaging.system", "sluice")
            .lowCardinalityKeyValue("messaging.operation.type", "send")
            .highCardinalityKeyValue("messaging.destination.name", events.getFirst().channel())
            .start();
    try {
      return sink.publish(events, idempotencyKey)
          .whenComplete(
              (ids, failure) -> {
                if (failure != null) {
                  observation.error(failure);
                }
                observation.stop();
              });
    } catch (RuntimeException refused) {
      observation.error(refused);
      observation.stop();
      throw refused;
    }
  }

  /**
   * Publishes after the commit of the transaction that the calling thread is in; at once if it is
   * in none. The events stand as they are now.
   *
   * @return their ids; fails with {@link RolledBackException} if the transaction is rolled back,
   *     and then nothing was published
   */
  public CompletableFuture<List<String>> sendAfterCommit(List<Publication> events) {
    List<Publication> now = List.copyOf(events);
    Supplier<CompletableFuture<List<String>>> publish = () -> sendAll(now, null);
    return AfterCommit.publish(publish);
  }

  /** The same for one event. */
  public CompletableFuture<String> sendAfterCommit(Publication event) {
    return sendAfterCommit(List.of(event)).thenApply(List::getFirst);
  }

  /** The same for one event. */
  public CompletableFuture<String> sendAfterCommit(String channel, String type, Object data) {
    return sendAfterCommit(event(channel, type, null, data));
  }

  /**
   * Makes an event.
   *
   * @param type null for none
   * @param key null for none
   * @throws io.sluice.event.InvalidEventException if it can't be one
   */
  public Publication event(
      String channel, @Nullable String type, @Nullable String key, Object data) {
    return new Publication(channel, type, key, converter.convert(data));
  }
}
