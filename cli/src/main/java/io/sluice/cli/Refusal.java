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

  static Refusal of(int status, HttpHeaders headers, byte[] body) {
    Duration retryAfter = retryAfter(headers);
    try {
      JsonNode problem = JsonMapper.shared().readTree(body);
      if (problem.isObject()) {
        String title = problem.path("title").asString("");
        String detail = problem.path("detail").asString(title);
        OptionalInt line =
            problem.path("line").isInt()
                ? OptionalInt.of(problem.path("line").asInt())
                : OptionalInt.empty();
        return new Refusal(status, detail, line, retryAfter);
      }
    } catch (JacksonException e) {
      // Not from a hub: what it says is shown as it is.
      return new Refusal(status, foreign(body), OptionalInt.empty(), retryAfter);
    }
    return new Refusal(status, foreign(body), OptionalInt.empty(), retryAfter);
  }

  /** Whether the same request may well succeed later. */
  boolean isTemporary() {
    return status >= 500 || status == 408 || status == 425 || status == 429;
  }

  private static Duration retryAfter(HttpHeaders headers) {
    Optional<String> seconds =
        headers.firstValue("Retry-After").map(String::trim).filter(s -> s.matches("[0-9]{1,9}"));
    Duration wait = Duration.ofSeconds(seconds.map(Long::parseLong).orElse(0L));
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
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
