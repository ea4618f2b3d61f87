package io.sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Why a server refused a request: its answer as RFC 9457 (problem details) has it, or what can be
 * made of the answer of another kind of server.
 *
 * <p>Immutable.
 *
 * @param status the HTTP status
 * @param code stable and meant for programs, such as {@code invalid-channel}; empty if the answer
 *     has none
 * @param detail for people; may be empty
 * @param retryAfter how long the server asked to wait, zero if it didn't
 * @param line of several events, the one that was refused, counted from 1
 */
public record Problem(
    int status, String code, String detail, Duration retryAfter, OptionalLong line) {

  private static final int MAX_FOREIGN_CHARACTERS = 200;
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  static Problem of(int status, HttpHeaders headers, byte[] body, Instant now) {
    Duration retryAfter =
        headers.firstValue("Retry-After").map(text -> retryAfter(text, now)).orElse(Duration.ZERO);
    String text = new String(body, UTF_8).strip();
    Optional<Map<String, Object>> json = Json.object(text);
    if (json.isEmpty()) {
      // Not from a hub: what it says is shown as it is.
      boolean isShort = text.length() <= MAX_FOREIGN_CHARACTERS;
      String shown = isShort ? text : text.substring(0, MAX_FOREIGN_CHARACTERS) + "…";
      return new Problem(status, "", shown, retryAfter, OptionalLong.empty());
    }
    Problem told = within(json.get());
    return new Problem(status, told.code, told.detail, retryAfter, told.line);
  }

  /** A problem within an answer that had begun with success. */
  static Problem within(Map<String, Object> json) {
    OptionalLong line = Json.wholeNumber(json, "line");
    return new Problem(
        (int) Json.wholeNumber(json, "status").orElse(400),
        Json.text(json, "code").orElse(""),
        Json.text(json, "detail").or(() -> Json.text(json, "title")).orElse(""),
        bounded(Json.wholeNumber(json, "retryAfter").orElse(0)),
        line);
  }

  /** Whether the same request may well succeed later. */
  public boolean isTemporary() {
    return status >= 500 || status == 408 || status == 425 || status == 429;
  }

  /** Whether it is about who asks: a token that isn't good, or isn't good for this. */
  public boolean isDenial() {
    return status == 401 || status == 403;
  }

  // RFC 9110, section 10.2.3: seconds, or a date.
  private static Duration retryAfter(String text, Instant now) {
    String value = text.strip();
    if (value.matches("[0-9]{1,9}")) {
      return bounded(Long.parseLong(value));
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      return bounded(Duration.between(now, date.toInstant()).toSeconds());
    } catch (DateTimeException neither) {
      return Duration.ZERO;
    }
  }

  static Duration bounded(long seconds) {
    return Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_WAIT.toSeconds()));
  }

  /** The detail and the status: {@code the channel has 201 bytes (HTTP 400)}. */
  @Override
  public String toString() {
    return detail.isEmpty() ? "HTTP " + status : detail + " (HTTP " + status + ")";
  }
}
