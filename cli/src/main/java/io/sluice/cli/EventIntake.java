package io.sluice.cli;

import io.sluice.wire.EventStreamListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What the blocks of a stream mean: events go to the view, the hub's own words change how the
 * stream is followed. Lives as long as the command, over all its connections.
 *
 * <p>Confined to the thread that follows the stream.
 */
final class EventIntake implements EventStreamListener {

  private static final Duration DEFAULT_RETRY = Duration.ofSeconds(2);
  private static final Duration LONGEST_RETRY = Duration.ofHours(1);
  private static final double DEFAULT_HEARTBEAT_SECONDS = 15;
  private static final double LONGEST_HEARTBEAT_SECONDS = 3600;

  private final EventView view;
  private final @Nullable Expectation expectation;
  private final Notices notices;
  private final InstantSource clock;

  // Of the block in progress.
  private @Nullable String channel;
  private @Nullable Instant time;

  // Of the connection.
  private boolean heardOf;

  // Of the stream.
  private boolean expired;
  private boolean connectedBefore;
  private Duration retry = DEFAULT_RETRY;
  private Duration waitOnce = Duration.ZERO;
  private double heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS;

  /**
   * @param view takes the events
   * @param expectation counts them; null: they come without end
   * @param notices takes what the hub says about the stream
   * @param clock gives the time of events that don't carry it
   */
  EventIntake(
      EventView view, @Nullable Expectation expectation, Notices notices, InstantSource clock) {
    this.view = view;
    this.expectation = expectation;
    this.notices = notices;
    this.clock = clock;
  }

  /** The next block comes from a new connection. */
  void connectionBegins() {
    blockWithoutData();
    heardOf = false;
    waitOnce = Duration.ZERO;
  }

  /** Whether the connection brought anything that a hub says of itself. */
  boolean heardOf() {
    return heardOf;
  }

  /** How long to wait before the next connection, as the hub said. */
  Duration retry() {
    return waitOnce.compareTo(retry) > 0 ? waitOnce : retry;
  }

  /** How often at least something comes on a connection that works. */
  Duration heartbeat() {
    return Duration.ofMillis((long) (heartbeatSeconds * 1000));
  }

  /** Whether all came that was waited for. */
  boolean isSatisfied() {
    return expectation != null && expectation.isMet();
  }

  /** Whether the hub has ended the stream because the token isn't good any more. */
  boolean isExpired() {
    return expired;
  }

  @Override
  public void event(String id, String type, String data) {
    heardOf = true;
    Instant eventTime = time == null ? clock.instant() : time;
    ReceivedEvent event = new ReceivedEvent(id, channel, type, data, eventTime);
    blockWithoutData();
    if (isSatisfied()) {
      return; // of what came along with the last one, nothing is shown
    }
    if (!event.isFromHub() || type.equals("gap") || type.equals("heartbeat")) {
      view.show(event);
    } else {
      heed(event);
    }
    if (expectation != null) {
      expectation.saw(event);
    }
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

  private void heed(ReceivedEvent event) {
    JsonNode data = json(event.data());
    switch (event.type()) {
      case "connected" -> connected(data);
      case "subscription" -> notices.tell("the subscription is now " + event.data());
      case "expired" -> expired(data.path("reason").asString("token"));
      case "rejected" -> {
        notices.tell("the server ends the stream: " + data.path("detail").asString(event.data()));
        waitOnce = seconds(data.path("retryAfter"), LONGEST_RETRY.toSeconds());
      }
      default -> view.show(event);
    }
  }

  private void expired(String reason) {
    expired = true;
    String why = reason.equals("revoked") ? "the token was revoked" : "the token has expired";
    notices.tell("the server ends the stream: " + why + "; come again with a new one");
  }

  private void connected(JsonNode data) {
    double announced = data.path("heartbeat").asDouble(DEFAULT_HEARTBEAT_SECONDS);
    if (announced > 0 && announced <= LONGEST_HEARTBEAT_SECONDS) {
      heartbeatSeconds = announced;
    }
    boolean gapFollows = !data.path("resumed").asBoolean(true);
    if (!connectedBefore) {
      notices.tell("connected, listening to " + data.path("channels"));
    } else if (gapFollows) {
      notices.tell("connected again, but what came meanwhile is not all there any more");
    } else {
      notices.tell("connected again, nothing was missed");
    }
    connectedBefore = true;
  }

  private static Duration seconds(JsonNode number, long most) {
    return Duration.ofSeconds(Math.clamp(number.asLong(0), 0, most));
  }

  private static JsonNode json(String data) {
    try {
      return JsonMapper.shared().readTree(data);
    } catch (JacksonException e) {
      // Another kind of server may use the same type for something else: then nothing is known.
      return JsonNodeFactory.instance.missingNode();
    }
  }
}
