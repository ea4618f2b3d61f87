package io.sluice.cli;

import java.net.http.HttpRequest;
import java.util.List;

/**
 * What a subscriber wants from a hub.
 *
 * <p>Immutable.
 *
 * @param hub where
 * @param channels channels and patterns, at least one
 * @param types only events of these types; empty: of all
 * @param start where to begin as long as the stream has no position of its own
 * @param heartbeats whether heartbeats come as events
 */
record StreamRequest(
    RemoteHub hub, List<String> channels, List<String> types, Start start, boolean heartbeats) {

  /** Where a stream begins. */
  sealed interface Start {

    /** With the next event. */
    record Live() implements Start {}

    /**
     * With retained events.
     *
     * @param since {@code earliest}, an id, or how long ago, such as {@code 10m}
     */
    record Since(String since) implements Start {}

    /**
     * With the last ones of each channel.
     *
     * @param count how many
     */
    record Last(int count) implements Start {}

    /**
     * After an event, as a client that comes back.
     *
     * @param id the event's
     */
    record After(String id) implements Start {}
  }

  StreamRequest {
    channels = List.copyOf(channels);
    types = List.copyOf(types);
  }

  /**
   * The request.
   *
   * @param position the id after which the stream goes on; empty: as {@link #start} says
   */
  HttpRequest toHttp(String position) {
    Query query = new Query();
    channels.forEach(channel -> query.with("channel", channel));
    if (!types.isEmpty()) {
      query.with("type", String.join(",", types));
    }
    if (heartbeats) {
      query.with("heartbeat", "event");
    }
    String resumeAfter = position;
    if (position.isEmpty()) {
      switch (start) {
        case Start.Live live -> {}
        case Start.Since since -> query.with("since", since.since());
        case Start.Last last -> query.with("last", last.count());
        case Start.After after -> resumeAfter = after.id();
      }
    }
    HttpRequest.Builder request =
        hub.request("/events", query)
            .header("Accept", "text/event-stream, application/problem+json;q=0.5")
            .header("Cache-Control", "no-store");
    if (!resumeAfter.isEmpty()) {
      request.header("Last-Event-ID", resumeAfter);
    }
    return request.build();
  }
}
