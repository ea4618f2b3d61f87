package io.sluice.client;

import io.sluice.event.Publication;
import io.sluice.wire.EventStreamListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What the blocks of a stream mean: events and gaps wait here to be taken, the hub's other words
 * change how the stream is followed. Lives as long as the stream, over all its connections.
 *
 * <p>Confined to the thread that reads the stream.
 */
final class Intake implements EventStreamListener {

  private static final Duration DEFAULT_RETRY = Duration.ofSeconds(2);
  private static final Duration LONGEST_RETRY = Duration.ofHours(1);
  private static final double LONGEST_HEARTBEAT_SECONDS = 3600;

  /** How many heartbeats may fail to come, in milliseconds for each second of the interval. */
  private static final int SILENT_MILLIS_PER_SECOND = 2500;

  private final boolean heartbeats;
  private final StreamObserver observer;
  private final Queue<Delivery> waiting = new ArrayDeque<>();

  // Of the block in progress.
  private @Nullable String channel;
  private @Nullable Instant time;

  // Of the connection.
  private boolean heardOf;
  private @Nullable String expired;
  private Duration waitOnce = Duration.ZERO;

  // Of the stream.
  private boolean hub;
  private Duration retry = DEFAULT_RETRY;
  private @Nullable Duration silence;

  Intake(StreamPlan plan) {
    this.hub = plan.target().hub();
    this.heartbeats = plan.target().heartbeats();
    this.observer = plan.observer();
  }

  /** The next block comes from a new connection. */
  void connectionBegins() {
    blockWithoutData();
    heardOf = false;
    expired = null;
    waitOnce = Duration.ZERO;
  }

  /** The next delivery, or null if none waits. */
  @Nullable Delivery poll() {
    return waiting.poll();
  }

  /** Forgets what waits. */
  void clear() {
    waiting.clear();
  }

  /** Whether the connection brought anything that counts. */
  boolean heardOf() {
    return heardOf;
  }

  /** How long to wait before the next connection, as the server said. */
  Duration retry() {
    return waitOnce.compareTo(retry) > 0 ? waitOnce : retry;
  }

  /** After which silence a connection is dead, as the hub announced; null if none did. */
  @Nullable Duration silence() {
    return silence;
  }

  /** Why the hub wants another token, or null if it doesn't. */
  @Nullable String expired() {
    return expired;
  }

  @Override
  public void event(String id, String type, String data) {
    boolean first = !heardOf;
    heardOf = true;
    if (first && type.equals("connected")) {
      connected(id, data);
    } else if (hub && Publication.RESERVED_TYPES.contains(type)) {
      heed(id, type, data);
    } else {
      waiting.add(new ReceivedEvent(id, type, channel, data, time));
    }
    blockWithoutData();
  }

  @Override
  public void position(String id) {
    heardOf = true;
  }

  @Override
  public void field(String name, String value) {
    if (name.equals("channel")) {
      channel = value;
    } else if (name.equals("time") && value.matches("[0-9]{1,15}")) {
      time = Instant.ofEpochMilli(Long.parseLong(value));
    }
  }

  @Override
  public void blockWithoutData() {
    channel = null;
    time = null;
  }

  @Override
  public void retry(long millis) {
    retry = Duration.ofMillis(Math.min(millis, LONGEST_RETRY.toMillis()));
  }

  private void connected(String id, String data) {
    Optional<Map<String, Object>> said = Json.object(data);
    Optional<String> connection = said.flatMap(json -> Json.text(json, "connection"));
    if (connection.isEmpty()) {
      // Some other server's event of the same name.
      waiting.add(new ReceivedEvent(id, "connected", channel, data, time));
      return;
    }
    Map<String, Object> json = said.get();
    hub = true;
    if (json.get("heartbeat") instanceof Double seconds
        && seconds > 0
        && seconds <= LONGEST_HEARTBEAT_SECONDS) {
      silence = Duration.ofMillis((long) (seconds * SILENT_MILLIS_PER_SECOND));
    }
    Optional<Boolean> resumed =
        json.get("resumed") instanceof Boolean whole ? Optional.of(whole) : Optional.empty();
    observer.connected(
        new StreamObserver.Connected(connection.get(), Json.texts(json, "channels"), resumed));
  }

  private void heed(String id, String type, String data) {
    Map<String, Object> said = Json.object(data).orElse(Map.of());
    switch (type) {
      case "gap" -> waiting.add(gap(id, said));
      case "heartbeat" -> {
        if (heartbeats) {
          waiting.add(new ReceivedEvent(id, type, null, data, time));
        }
      }
      case "subscription" ->
          observer.subscribed(Json.texts(said, "channels"), Json.texts(said, "types"));
      case "expired" -> expired = Json.text(said, "reason").orElse("token");
      case "rejected" -> waitOnce = Problem.bounded(Json.wholeNumber(said, "retryAfter").orElse(0));
      default -> {
        // Said by a hub that is newer than this client, to those who understand it.
      }
    }
  }

  private static Gap gap(String id, Map<String, Object> said) {
    return new Gap(
        id,
        Gap.Reason.of(Json.text(said, "reason").orElse("")),
        Json.text(said, "after").orElse(null),
        Json.text(said, "next").orElse(null),
        Json.wholeNumber(said, "missed"));
  }
}
