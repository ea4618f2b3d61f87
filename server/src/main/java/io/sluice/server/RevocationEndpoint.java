package io.sluice.server;

import io.sluice.access.Revocation;
import io.sluice.access.Revocations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /revocations}: {@code {"token":"<jti>"}} or {@code {"subject":"42"}}, and {@code
 * "for"}, how long it must be remembered: as long as tokens live. Streams that are open end with
 * {@code event: expired}, requests that come are refused. Thread-safe.
 */
final class RevocationEndpoint implements Endpoint {

  private static final int MAX_BODY_BYTES = 16 << 10;
  private static final Set<String> FIELDS = Set.of("token", "subject", "for");
  private static final Duration BY_DEFAULT = Duration.ofDays(30);
  private static final Duration RETRY_WHEN_FULL = Duration.ofMinutes(1);
  private static final Duration RETRY_WHEN_AWAY = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Revocations revocations;
  private final InstantSource clock;

  RevocationEndpoint(Revocations revocations, InstantSource clock) {
    this.revocations = revocations;
    this.clock = clock;
  }

  @Override
  public void handle(Exchange exchange) {
    exchange.aggregate(MAX_BODY_BYTES, body -> revoke(exchange, body));
  }

  private void revoke(Exchange exchange, byte[] body) {
    JsonNode wanted = JsonBody.object(body, "a revocation", FIELDS);
    String token = JsonBody.string(wanted, "token");
    String subject = JsonBody.string(wanted, "subject");
    if ((token == null) == (subject == null)) {
      throw refused("a revocation names a token by its jti, or a subject: one of the two");
    }
    Instant now = clock.instant();
    Instant until = now.plus(duration(JsonBody.string(wanted, "for")));
    Revocation revocation =
        token != null
            ? new Revocation.OfToken(token, until)
            : new Revocation.OfSubject(Objects.requireNonNull(subject), now, until);
    revocations
        .revoke(revocation)
        .whenCompleteAsync(
            (outcome, failure) -> exchange.run(later -> answer(later, outcome, until)),
            exchange.loop());
  }

  private static void answer(
      Exchange exchange, Revocations.@Nullable Outcome outcome, Instant until) {
    if (outcome == Revocations.Outcome.REVOKED) {
      exchange.respondJson(200, Json.bytes(Json.object().put("until", Json.time(until))));
      return;
    }
    if (outcome == null) {
      throw new RefusedException(
          Problem.unavailable(
              "revocations-unavailable",
              "other nodes may not have it: what nodes share doesn't answer; repeat it",
              RETRY_WHEN_AWAY));
    }
    throw new RefusedException(
        Problem.unavailable(
            "too-many-revocations",
            "nothing was revoked: there are as many revocations as there may be",
            RETRY_WHEN_FULL));
  }

  private static Duration duration(@Nullable String text) {
    if (text == null) {
      return BY_DEFAULT;
    }
    try {
      Duration given = DurationText.parse(text);
      if (given.isPositive() && given.compareTo(LONGEST) <= 0) {
        return given;
      }
    } catch (IllegalArgumentException notOne) {
      throw refused("for: " + notOne.getMessage());
    }
    throw refused("for is " + text + "; it must be more than nothing and at most 3650d");
  }

  private static RefusedException refused(String detail) {
    return new RefusedException(Problem.badRequest("invalid-revocation", detail));
  }
}
