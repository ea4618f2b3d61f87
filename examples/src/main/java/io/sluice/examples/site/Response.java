package io.sluice.examples.site;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * An answer.
 *
 * <p>Immutable.
 *
 * @param status of HTTP
 * @param headers beside those that every answer has
 * @param body empty for none
 */
public record Response(int status, Map<String, String> headers, byte[] body) {

  /** JSON. */
  public static Response json(int status, Object value) {
    return of(status, "application/json", value);
  }

  /** A problem (RFC 9457). */
  static Response problem(Refusal refusal) {
    Response problem =
        of(
            refusal.status(),
            "application/problem+json",
            Map.of("status", refusal.status(), "detail", String.valueOf(refusal.getMessage())));
    long seconds = refusal.retryAfterSeconds();
    return seconds == 0 ? problem : problem.with("Retry-After", Long.toString(seconds));
  }

  private static Response of(int status, String type, Object value) {
    return new Response(
        status,
        Map.of("Content-Type", type, "Cache-Control", "no-store"),
        Request.toJson(value).getBytes(StandardCharsets.UTF_8));
  }

  /** Nothing but a status. */
  static Response empty(int status) {
    return new Response(status, Map.of(), new byte[0]);
  }

  /** The same with a header more. */
  Response with(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Response(status, more, body);
  }
}
