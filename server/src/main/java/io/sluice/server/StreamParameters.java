package io.sluice.server;

import io.sluice.access.Decision;
import io.sluice.access.Identity;
import io.sluice.access.PersonalChannels;
import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.hub.Packing;
import io.sluice.hub.StreamRequest;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request wants of the log: channels, types, and where to begin. It is the same
 * whichever server the request has come through.
 *
 * <p>Stateless.
 */
public final class StreamParameters {

  /** The most events of each channel that {@code last} gives. */
  private static final int MAX_LAST = 100_000;

  private StreamParameters() {}

  /**
   * Reads a request for a stream.
   *
   * @param channel the one that the path names, decoded; null if the query's {@code channel}
   *     parameters do
   * @param rawQuery what follows the question mark, not decoded; null or empty if there is nothing
   * @param lastEventId the {@code Last-Event-ID} header, null if there is none
   * @param who whose channels {@code users/@me/…} are
   * @throws RefusedException if a parameter can't be read, or says what nobody may
   * @throws io.sluice.event.InvalidEventException if a channel or type can't be one
   */
  public static StreamRequest read(
      @Nullable String channel,
      @Nullable String rawQuery,
      @Nullable String lastEventId,
      Identity who) {
    Query query = rawQuery == null ? Query.EMPTY : Query.parse(rawQuery);
    return read(channel == null ? query.all("channel") : List.of(channel), query, lastEventId, who);
  }

  static StreamRequest read(
      List<String> channels, Query query, @Nullable String lastEventId, Identity who) {
    return new StreamRequest(
            subscription(channels, query, who),
            origin(lastEventId, query, Origin.live()),
            visibleHeartbeat(query.first("heartbeat")))
        .packed(packing(query));
  }

  /**
   * Channels and types.
   *
   * @param who whose channels {@code users/@me/…} are
   */
  static Subscription subscription(List<String> channels, Query query, Identity who) {
    List<ChannelPattern> patterns = patterns(channels, who);
    List<String> types = new ArrayList<>();
    for (String list : query.all("type")) {
      types.addAll(List.of(list.split(",", -1)));
    }
    return Subscription.of(patterns, types);
  }

  /** Channels and patterns, with the subject where they say {@code @me}. */
  static List<ChannelPattern> patterns(List<String> channels, Identity who) {
    List<ChannelPattern> patterns = channels.stream().map(ChannelPattern::parse).toList();
    PersonalChannels personal = PersonalChannels.resolve(patterns, who);
    if (personal.denied() != null) {
      throw Access.denied(who, Decision.CODE, personal.denied().detail());
    }
    return personal.channels();
  }

  /**
   * Where to begin: the {@code Last-Event-ID} header, then {@code lastEventId}, {@code since} and
   * {@code last}.
   *
   * @param header the first of them, null if there is none
   * @param otherwise where none of them is there
   * @throws RefusedException with 400 if {@code since} or {@code last} is garbage. The first two
   *     never refuse: EventSource doesn't come back after an error.
   */
  static Origin origin(@Nullable String header, Query query, Origin otherwise) {
    if (header != null && !header.isEmpty()) {
      return Origin.lastEventId(header);
    }
    String parameter = query.first("lastEventId");
    if (parameter != null && !parameter.isEmpty()) {
      return Origin.lastEventId(parameter);
    }
    String since = query.first("since");
    if (since != null) {
      return since(since);
    }
    String last = query.first("last");
    return last == null ? otherwise : new Origin.Last(wholeNumber("last", last, MAX_LAST));
  }

  /**
   * Reads {@code earliest}, an id, or a duration.
   *
   * @throws RefusedException with 400 {@code invalid-since}
   */
  static Origin since(String text) {
    if (text.equals("earliest")) {
      return new Origin.Earliest();
    }
    EventId id = EventId.parse(text);
    if (id != null) {
      return new Origin.After(id);
    }
    try {
      return new Origin.Since(DurationText.parse(text));
    } catch (IllegalArgumentException neither) {
      throw new RefusedException(
          Problem.badRequest(
              "invalid-since",
              "since is \""
                  + text
                  + "\"; it can be earliest, an event id such as k3f9-18, or a duration such as"
                  + " 90s"));
    }
  }

  /**
   * Reads a whole number from 1 up.
   *
   * @throws RefusedException with 400 {@code invalid-<name>}
   */
  static int wholeNumber(String name, String text, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // refused below, as a number out of range is
    }
    throw new RefusedException(
        Problem.badRequest(
            "invalid-" + name,
            name + " is \"" + text + "\"; it must be a whole number from 1 to " + most));
  }

  /** The number that a parameter gives, or what holds without it. */
  static int wholeNumber(Query query, String name, int otherwise, int most) {
    String text = query.first(name);
    return text == null ? otherwise : wholeNumber(name, text, most);
  }

  /**
   * How the stream wants its events: {@code batch} and {@code encoding}.
   *
   * @throws RefusedException with 400 {@code invalid-batch} or {@code invalid-encoding}
   */
  static Packing packing(Query query) {
    String batch = query.first("batch");
    String encoding = query.first("encoding");
    if (batch == null && encoding == null) {
      return Packing.NONE;
    }
    if (encoding != null && !encoding.equals("gzip")) {
      throw new RefusedException(
          Problem.badRequest(
              "invalid-encoding", "encoding is \"" + encoding + "\"; it can be gzip, or left out"));
    }
    return new Packing(batch == null ? Duration.ZERO : batch(batch), encoding != null);
  }

  private static Duration batch(String text) {
    try {
      Duration time = DurationText.parse(text);
      if (time.compareTo(Packing.MIN_BATCH) >= 0 && time.compareTo(Packing.MAX_BATCH) <= 0) {
        return time;
      }
    } catch (IllegalArgumentException e) {
      // refused below, as a duration out of range is
    }
    throw new RefusedException(
        Problem.badRequest(
            "invalid-batch",
            "batch is \""
                + text
                + "\"; it must be a duration from "
                + DurationText.format(Packing.MIN_BATCH)
                + " to "
                + DurationText.format(Packing.MAX_BATCH)
                + ", such as 100ms"));
  }

  /** Whether heartbeats are events. */
  static boolean visibleHeartbeat(@Nullable String heartbeat) {
    if (heartbeat == null) {
      return false;
    }
    if (heartbeat.equals("event")) {
      return true;
    }
    throw new RefusedException(
        Problem.badRequest(
            "invalid-heartbeat",
            "heartbeat is \"" + heartbeat + "\"; it can be event, or left out"));
  }
}
