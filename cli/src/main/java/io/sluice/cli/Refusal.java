package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer other than success, as RFC 9457 (problem details) or, from a proxy or another kind of
 * server, anything else.
 *
 * @param status the HTTP status
 * @param detail for people
 * @param line of NDJSON, the line that was refused, if it was that
 * @param retryAfter how long to wait if the server said so, else zero
 */
record Refusal(int status, String detail, OptionalInt line, Duration retryAfter) {

  private static final int MAX_FOREIGN_CHARACTERS = 200;
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** The answer to a request. */
  static Refusal of(int status, HttpHeaders headers, byte[] body) {
    Duration retryAfter = retryAfter(headers);
    JsonNode problem;
    try {
      problem = JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      // Not from a hub: what it says is shown as it is.
      return new Refusal(status, foreign(body), OptionalInt.empty(), retryAfter);
    }
    return new Refusal(status, detail(problem), line(problem), retryAfter);
  }

  /** A problem within an answer that had begun with success. */
  static Refusal within(JsonNode problem) {
    Duration retryAfter = bounded(problem.path("retryAfter").asLong(0));
    return new Refusal(
        problem.path("status").asInt(400), detail(problem), line(problem), retryAfter);
  }

  /** Whether the same request may well succeed later. */
  boolean isTemporary() {
    return status >= 500 || status == 408 || status == 425 || status == 429;
  }

  /** Whether it is about who asks: a token that isn't good, or isn't good for this. */
  boolean isDenial() {
    return status == 401 || status == 403;
  }

  private static String detail(JsonNode problem) {
    return problem.path("detail").asString(problem.path("title").asString(""));
  }

  private static OptionalInt line(JsonNode problem) {
    JsonNode line = problem.path("line");
    return line.isInt() ? OptionalInt.of(line.asInt()) : OptionalInt.empty();
  }

  private static Duration retryAfter(HttpHeaders headers) {
    Optional<String> seconds =
        headers.firstValue("Retry-After").map(String::trim).filter(s -> s.matches("[0-9]{1,9}"));
    return bounded(seconds.map(Long::parseLong).orElse(0L));
  }

  private static Duration bounded(long seconds) {
    return Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_WAIT.toSeconds()));
  }

  private static String foreign(byte[] body) {
    String text = new String(body, UTF_8).strip();
    return text.length() <= MAX_FOREIGN_CHARACTERS
        ? text
        : text.substring(0, MAX_FOREIGN_CHARACTERS) + "…";
  }

  /** The detail and the status: {@code the channel has 201 bytes (HTTP 400)}. */
  @Override
  public String toString() {
    return detail.isEmpty() ? "HTTP " + status : detail + " (HTTP " + status + ")";
  }
}
