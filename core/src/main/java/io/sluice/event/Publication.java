package io.sluice.event;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher gives the hub: an event before it has an id.
 *
 * <p>Immutable, as long as nobody writes to the data given.
 *
 * @param channel where it goes; one channel, not a pattern
 * @param type its type, 1 to 100 bytes without control characters, or null for none; {@code
 *     message} is the same as none (HTML Living Standard, 9.2.6)
 * @param key names the thing that the event tells the newest state of, 1 to 100 bytes without
 *     control characters, or null
 * @param data UTF-8, any length; it isn't copied
 */
public record Publication(
    String channel, @Nullable String type, @Nullable String key, byte[] data) {

  /** The longest type and key, in bytes of UTF-8. */
  public static final int MAX_NAME_BYTES = 100;

  /** The hub's own types, and the two that mean something else to EventSource. */
  public static final Set<String> RESERVED_TYPES =
      Set.of(
          "connected",
          "gap",
          "heartbeat",
          "subscription",
          "batch",
          "expired",
          "rejected",
          "open",
          "error");

  /**
   * @throws InvalidEventException with code {@code invalid-channel}, {@code invalid-type}, {@code
   *     reserved-type}, {@code invalid-key} or {@code invalid-data}
   */
  public Publication {
    ChannelName.check(channel);
    if (type != null) {
      checkName("type", type);
      if (RESERVED_TYPES.contains(type)) {
        throw new InvalidEventException(
            "reserved-type", "type \"" + type + "\" is reserved; choose another");
      }
      type = type.equals("message") ? null : type;
    }
    if (key != null) {
      checkName("key", key);
    }
    int malformed = Utf8.firstMalformed(data, 0, data.length);
    if (malformed >= 0) {
      throw new InvalidEventException(
          "invalid-data", "data must be UTF-8; the byte at " + malformed + " isn't part of any");
    }
  }

  /** An event without type and key. */
  public static Publication of(String channel, String data) {
    return new Publication(channel, null, null, data.getBytes(StandardCharsets.UTF_8));
  }

  /** An event with a type. */
  public static Publication of(String channel, String type, String data) {
    return new Publication(channel, type, null, data.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Checks a type or key.
   *
   * @param what {@code type} or {@code key}, for the message
   * @throws InvalidEventException with code {@code invalid-type} or {@code invalid-key}
   */
  public static void checkName(String what, String value) {
    int bytes = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c)) {
        throw invalidName(
            what,
            value,
            String.format("has the control character U+%04X, which isn't allowed", (int) c));
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else if (Character.isSurrogate(c)) {
        throw invalidName(what, value, "has half a surrogate pair, which isn't a character");
      } else {
        bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      }
    }
    if (bytes == 0 || bytes > MAX_NAME_BYTES) {
      throw invalidName(
          what, value, "has " + bytes + " bytes; 1 to " + MAX_NAME_BYTES + " are allowed");
    }
  }

  private static InvalidEventException invalidName(String what, String value, String why) {
    return new InvalidEventException(
        "invalid-" + what, what + ' ' + Printable.quote(value) + ' ' + why);
  }
}
