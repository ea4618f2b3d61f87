package io.sluice.server;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.sluice.event.InvalidEventException;
import io.sluice.log.LogFullException;
import io.sluice.log.StoreFailedException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
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
public record Problem(
    int status, String code, String detail, @Nullable Duration retryAfter, @Nullable Long line) {

  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);
  private static final Duration RETRY_WHEN_FAILED = Duration.ofSeconds(5);

  /**
   * @throws IllegalArgumentException if the status isn't that of an error, or the code isn't lower
   *     case with dashes
   */
  public Problem {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("a problem's status is 400 to 599: " + status);
    }
    if (!code.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException("a problem's code is lower case with dashes: " + code);
    }
  }

  /** A problem that waiting doesn't solve. */
  public static Problem of(int status, String code, String detail) {
    return new Problem(status, code, detail, null, null);
  }

  /** 400: the request breaks a rule. */
  public static Problem badRequest(String code, String detail) {
    return of(400, code, detail);
  }

  /** 404: no resource has this path. */
  public static Problem notFound(String detail) {
    return of(404, "not-found", detail);
  }

  /** 413: the body is over a limit. */
  public static Problem tooLarge(long maxBytes) {
    return of(413, "too-large", "the body may have " + maxBytes + " bytes, this one has more");
  }

  /** 500: the server's own mistake; its log has more. */
  public static Problem internalError() {
    return of(500, "internal-error", "the server failed to answer; its log says why");
  }

  /** 503: not now. */
  public static Problem unavailable(String code, String detail, Duration retryAfter) {
    return new Problem(503, code, detail, retryAfter, null);
  }

  /** The same, told of a line; the first has the number 1. */
  Problem atLine(long number) {
    return new Problem(status, code, detail, retryAfter, number);
  }

  /** 503: the hub is stopping, and nothing is published any more. */
  public static Problem draining() {
    return unavailable(
        "draining", "the hub is stopping; publish again in a moment", Duration.ofSeconds(5));
  }

  /**
   * What a failure of the hub, or of reading what a request says, means to the client.
   *
   * @return null if it is none that the hub, or the reading, is known to fail with
   */
  public static @Nullable Problem of(@Nullable Throwable failure) {
    return switch (failure) {
      case RefusedException refused -> refused.problem();
      case InvalidEventException invalid -> badRequest(invalid.code(), invalid.detail());
      case StoreFailedException failed -> storeFailed(String.valueOf(failed.getMessage()));
      case LogFullException full -> full(full.reason(), String.valueOf(full.getMessage()));
      case null, default -> null;
    };
  }

  /** The same for a publish, which a hub that is closed fails too. */
  public static @Nullable Problem ofPublishing(@Nullable Throwable failure) {
    Problem known = of(failure);
    return known == null && failure instanceof IllegalStateException ? draining() : known;
  }

  /** 503: the store can't do it now. */
  static Problem storeFailed(String why) {
    return unavailable("store-failed", why, RETRY_WHEN_FAILED);
  }

  private static Problem full(LogFullException.Reason reason, String detail) {
    return switch (reason) {
      case TOO_LARGE -> of(413, "too-large", detail);
      case MEMORY -> unavailable("hub-full", detail, RETRY_WHEN_FULL);
      case STORAGE -> of(507, "storage-full", detail);
    };
  }

  /** The header fields that go with {@link #json()}, {@code Retry-After} included, in order. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/problem+json");
    headers.put("Cache-Control", "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    if (status == 401) {
      // RFC 9110, section 11.6.1; RFC 6750, section 3
      headers.put("WWW-Authenticate", "Bearer realm=\"sluice\"");
    }
    if (retryAfter != null) {
      headers.put("Retry-After", Long.toString(retryAfterSeconds(retryAfter)));
    }
    return headers;
  }

  /** The same, encoded. */
  Fields fields() {
    return Fields.of(headers());
  }

  /** The body. */
  public byte[] json() {
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
