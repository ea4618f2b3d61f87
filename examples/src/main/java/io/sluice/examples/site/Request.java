package io.sluice.examples.site;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request to the application's own API.
 *
 * <p>Immutable.
 *
 * @param user who is signed in, or null
 * @param rest what stands in the path where its route has {@code *}, else empty
 * @param query its parameters; of several with a name the first
 * @param idempotencyKey what names this request and those that repeat it, or null: the field {@code
 *     Idempotency-Key}
 * @param body at most {@link #MAX_BODY} bytes
 */
public record Request(
    @Nullable User user,
    String rest,
    Map<String, String> query,
    @Nullable String idempotencyKey,
    byte[] body) {

  /** The largest body that is read. */
  public static final int MAX_BODY = 64 << 10;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Who asks.
   *
   * @throws Refusal with 401 if nobody is signed in
   */
  public User signedIn() {
    if (user == null) {
      throw new Refusal(401, "nobody is signed in: POST /api/session first");
    }
    return user;
  }

  /**
   * The body as a record.
   *
   * @throws Refusal with 400 if it isn't JSON of this shape
   */
  public <T> T json(Class<T> type) {
    try {
      T value = JSON.readValue(body, type);
      if (value != null) {
        return value;
      }
    } catch (JacksonException e) {
      // What a record's constructor refuses says best what is wrong.
      throw new Refusal(
          400,
          e.getCause() instanceof IllegalArgumentException wrong
              ? String.valueOf(wrong.getMessage())
              : "the body isn't the JSON that is expected here: " + e.getOriginalMessage());
    }
    throw new Refusal(400, "the body is null");
  }

  /** A value as JSON text. */
  public static String toJson(Object value) {
    return JSON.writeValueAsString(value);
  }

  /** JSON text as a value. */
  public static <T> T fromJson(String text, Class<T> type) {
    return JSON.readValue(text, type);
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
