package io.sluice.server;

import io.sluice.access.Identity;
import io.sluice.event.Publication;
import io.sluice.hub.Receipt;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request publishes whose body is the event's data, and says how it is answered. It is
 * the same whichever server the request has come through.
 *
 * <p>Stateless.
 */
public final class PublishParameters {

  /** The header with a publisher's idempotency key. */
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final int MAX_KEY_LENGTH = 200;

  private PublishParameters() {}

  /**
   * Reads an event.
   *
   * @param channel the one that the path names, decoded
   * @param rawQuery what follows the question mark, not decoded; null or empty if there is nothing
   * @param body the data; it isn't copied
   * @throws RefusedException if the query can't be read
   * @throws io.sluice.event.InvalidEventException if it can't be an event
   */
  public static Publication publication(String channel, @Nullable String rawQuery, byte[] body) {
    return publication(channel, rawQuery == null ? Query.EMPTY : Query.parse(rawQuery), body);
  }

  static Publication publication(String channel, Query query, byte[] body) {
    return new Publication(channel, query.first("type"), query.first("key"), body);
  }

  /**
   * The request's idempotency key.
   *
   * @param header the header's value, null if there is none
   * @throws RefusedException with 400 {@code invalid-idempotency-key} if it can't be one
   */
  public static @Nullable String idempotencyKey(@Nullable String header) {
    if (header != null && (header.isEmpty() || header.length() > MAX_KEY_LENGTH)) {
      throw new RefusedException(
          Problem.badRequest(
              "invalid-idempotency-key",
              IDEMPOTENCY_KEY
                  + " has "
                  + header.length()
                  + " characters; 1 to "
                  + MAX_KEY_LENGTH
                  + " are allowed"));
    }
    return header;
  }

  /**
   * The key under which the hub remembers the publish. Keys of different publishers mustn't meet:
   * who guesses one would learn an id, and keep an event from being published.
   *
   * @param key the publisher's own, null for none
   */
  public static @Nullable String keyOf(Identity who, @Nullable String key) {
    return key == null || who.isAnonymous() ? key : who.kind() + "\n" + who.subject() + "\n" + key;
  }

  /** The JSON that one published event is answered with. */
  public static byte[] answer(Receipt receipt) {
    // An id has nothing that JSON would escape.
    return ("{\"id\":\"" + receipt.first() + "\"}").getBytes(StandardCharsets.ISO_8859_1);
  }
}
