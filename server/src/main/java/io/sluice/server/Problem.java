package io.sluice.server;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why a request was refused, as RFC 9457 has it: {@code application/problem+json}. Everything that
 * the server refuses, it refuses with one of these.
 *
 * <p>Immutable.
 *
 * @param status the response's status, 400 to 599
 * @param code stable and meant for programs, lower case with dashes: {@code not-found}
 * @param detail for people: the value, the limit, what to do
 * @param retryAfter when trying again may help, whole seconds; null where waiting doesn't help
 * @param line of a request that is read line by line, the one that is refused; null elsewhere
 */
record Problem(
    int status, String code, String detail, @Nullable Duration retryAfter, @Nullable Long line) {

  private static final Fields FIELDS =
      Fields.of(
          "Content-Type",
          "application/problem+json",
          "Cache-Control",
          "no-store",
          "X-Content-Type-Options",
          "nosniff");

  /** What a 401 must have (RFC 9110, section 11.6.1; RFC 6750, section 3). */
  private static final Fields CHALLENGE = Fields.of("WWW-Authenticate", "Bearer realm=\"sluice\"");

  /**
   * @throws IllegalArgumentException if the status isn't that of an error, or the code isn't lower
   *     case with dashes
   */
  Problem {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("a problem's status is 400 to 599: " + status);
    }
    if (!code.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException("a problem's code is lower case with dashes: " + code);
    }
  }

  /** A problem that waiting doesn't solve. */
  static Problem of(int status, String code, String detail) {
    return new Problem(status, code, detail, null, null);
  }

  /** 400: the request breaks a rule. */
  static Problem badRequest(String code, String detail) {
    return of(400, code, detail);
  }

  /** 404: no resource has this path. */
  static Problem notFound(String detail) {
    return of(404, "not-found", detail);
  }

  /** 413: the body is over a limit. */
  static Problem tooLarge(long maxBytes) {
    return of(413, "too-large", "the body may have " + maxBytes + " bytes, this one has more");
  }

  /** 500: the server's own mistake; its log has more. */
  static Problem internalError() {
    return of(500, "internal-error", "the server failed to answer; its log says why");
  }

  /** 503: not now. */
  static Problem unavailable(String code, String detail, Duration retryAfter) {
    return new Problem(503, code, detail, retryAfter, null);
  }

  /** The same, told of a line; the first has the number 1. */
  Problem atLine(long number) {
    return new Problem(status, code, detail, retryAfter, number);
  }

  /** The header fields that go with {@link #json()}, {@code Retry-After} included. */
  Fields fields() {
    Fields fields = status == 401 ? FIELDS.and(CHALLENGE) : FIELDS;
    return retryAfter == null
        ? fields
        : fields.and("Retry-After", Long.toString(retryAfterSeconds(retryAfter)));
  }

  /** The body. */
  byte[] json() {
    ObjectNode body = Json.object();
    body.put("type", "about:blank"); // RFC 9457, section 4.2.1: the title is then the status' own
    body.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
    body.put("status", status);
    body.put("code", code);
    body.put("detail", detail);
    if (retryAfter != null) {
      body.put("retryAfter", retryAfterSeconds(retryAfter));
    }
    if (line != null) {
      body.put("line", line);
    }
    return Json.bytes(body);
  }

  // Rounded up: who comes back at the time said mustn't be too early.
  private static long retryAfterSeconds(Duration delay) {
    return Math.max(1, delay.plusNanos(999_999_999).toSeconds());
  }
}
