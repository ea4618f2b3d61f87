package io.sluice.wire;

import io.sluice.event.EventId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the hub itself says on a stream, and how it stands on the wire.
 *
 * <p>Immutable.
 */
public sealed interface Control {

  /** The frame, blank line included. */
  byte[] encode();

  /**
   * The first block of every stream, preceded by {@code retry:}.
   *
   * @param position from where the stream goes on; a client cut after this block resumes exactly
   * @param connection names the stream for PATCH and DELETE
   * @param channels what it is subscribed to
   * @param heartbeat the longest time without a byte, in seconds on the wire
   * @param time the hub's clock
   * @param resumed whether a resume was whole; null if the stream didn't begin from an id
   * @param retry how long EventSource waits before it reconnects
   * @param gzip whether large data may come compressed, as {@link GzipData} writes it
   */
  record Connected(
      EventId position,
      String connection,
      List<String> channels,
      Duration heartbeat,
      Instant time,
      @Nullable Boolean resumed,
      Duration retry,
      boolean gzip)
      implements Control {

    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    @Override
    public byte[] encode() {
      FlatJson json = new FlatJson().add("connection", connection).add("channels", channels);
      json.add("heartbeat", seconds(heartbeat)).add("time", TIME.format(time));
      if (resumed != null) {
        json.add("resumed", resumed);
      }
      if (gzip) {
        json.add("encoding", "gzip");
      }
      return bytes(
          "retry: " + retry.toMillis() + "\n" + block(position, "connected", json.toString()));
    }

    // Whole seconds without a fraction: 15, not 15.0.
    private static Number seconds(Duration duration) {
      long millis = duration.toMillis();
      return millis % 1000 == 0 ? (Number) (millis / 1000) : (Number) (millis / 1000.0);
    }
  }

  /** Why events are missing. */
  enum Reason {
    /** A resume reaches further back than retention. */
    EVICTED,
    /** The id is of another life of the log, or no id at all. */
    RESET,
    /** A live reader was so far behind that its next event went. */
    SLOW;

    /** As it stands on the wire. */
    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Events that the subscriber should have had and can't get any more.
   *
   * @param position the position to go on from
   * @param reason why
   * @param after the last id that the subscriber held
   * @param next the first event that it will get, or null if there is none yet
   * @param missed how many are missing, or -1 if that isn't known
   */
  record Gap(EventId position, Reason reason, EventId after, @Nullable EventId next, long missed)
      implements Control {

    @Override
    public byte[] encode() {
      FlatJson json =
          new FlatJson().add("reason", reason.wireName()).add("after", after.toString());
      if (next != null) {
        json.add("next", next.toString());
      }
      if (missed >= 0) {
        json.add("missed", missed);
      }
      return bytes(block(position, "gap", json.toString()));
    }
  }

  /**
   * A sign of life that also gives the client a fresh position: an id and nothing else, which
   * EventSource remembers without dispatching an event (HTML Living Standard, 9.2.6).
   *
   * @param position the stream's own position
   * @param visible whether it is an event that the client's code sees
   */
  record Heartbeat(EventId position, boolean visible) implements Control {
    @Override
    public byte[] encode() {
      return bytes(visible ? block(position, "heartbeat", "{}") : "id: " + position + "\n\n");
    }
  }

  /**
   * What the stream is subscribed to from here on.
   *
   * @param position the stream's own position
   * @param channels channels and patterns
   * @param types types, or empty for all
   */
  record Subscribed(EventId position, List<String> channels, List<String> types)
      implements Control {
    @Override
    public byte[] encode() {
      return bytes(
          block(
              position,
              "subscription",
              new FlatJson().add("channels", channels).add("types", types).toString()));
    }
  }

  /**
   * When to come back: the last block before a drain ends the stream.
   *
   * @param retry this stream's own waiting time
   */
  record Retry(Duration retry) implements Control {
    @Override
    public byte[] encode() {
      return bytes("retry: " + retry.toMillis() + "\n\n");
    }
  }

  /**
   * Why there is no stream: the last block of one that ends at once.
   *
   * @param code stable, lower case with dashes
   * @param detail for people
   * @param retryAfter when trying again may help
   */
  record Rejected(String code, String detail, Duration retryAfter) implements Control {
    @Override
    public byte[] encode() {
      FlatJson json = new FlatJson().add("code", code).add("detail", detail);
      json.add("retryAfter", (Object) retryAfter.toSeconds());
      return bytes("event: rejected\ndata: " + json + "\n\n");
    }
  }

  /** Why a stream may not go on. */
  enum Expiry {
    /** The token, key or session that it was opened with has expired. */
    TOKEN,
    /** It was revoked. */
    REVOKED;

    /** As it stands on the wire. */
    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * The stream's identity holds no longer: its last block.
   *
   * @param reason why
   */
  record Expired(Expiry reason) implements Control {
    @Override
    public byte[] encode() {
      return bytes(
          "event: expired\ndata: " + new FlatJson().add("reason", reason.wireName()) + "\n\n");
    }
  }

  private static String block(EventId id, String event, String data) {
    return "id: " + id + "\nevent: " + event + "\ndata: " + data + "\n\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
