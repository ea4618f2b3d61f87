package io.sluice.examples.site;

import java.nio.charset.StandardCharsets;
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
    return new Response(
        status,
        Map.of("Content-Type", "application/json", "Cache-Control", "no-store"),
        Request.toJson(value).getBytes(StandardCharsets.UTF_8));
  }

  /** A problem (RFC 9457). */
  static Response problem(int status, String detail) {
    return new Response(
        status,
        Map.of("Content-Type", "application/problem+json", "Cache-Control", "no-store"),
        Request.toJson(Map.of("status", status, "detail", detail))
            .getBytes(StandardCharsets.UTF_8));
  }

  /** The same with a header more. */
  Response with(String name, String value) {
    Map<String, String> more = new java.util.HashMap<>(headers);
    more.put(name, value);
    return new Response(status, more, body);
  }
}
