package io.sluice.server;

import io.sluice.access.Credential;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds in a request what it says of who makes it. Of several, the first counts: the {@code
 * Authorization} field, a ticket, the cookie with a token, a token in the query, the session of the
 * application's own.
 *
 * <p>Immutable.
 *
 * @param tokenCookie the cookie that carries a token, if there is one
 * @param queryToken whether {@code ?token=} is taken
 * @param sessionCookie the cookie that carries the application's session, if there is one
 * @param sessionHeader the header field that carries it, if there is one
 */
record CredentialReader(
    Optional<String> tokenCookie,
    boolean queryToken,
    Optional<String> sessionCookie,
    Optional<String> sessionHeader) {

  private static final String BEARER = "Bearer ";
  private static final String API_KEY = "slk_";

  /**
   * Reads the credential.
   *
   * @throws RefusedException with 401 if there is one of a kind that isn't taken, or two that
   *     contradict each other
   */
  Credential read(Exchange exchange) {
    Credential found = fromAuthorization(exchange.headers("Authorization"));
    if (found != null) {
      return found;
    }
    if (!exchange.target().rawQuery().isEmpty()) {
      boolean forStream =
          exchange.method().equals("GET")
              && (exchange.target().path().equals("/events")
                  || exchange.target().path().startsWith("/events/"));
      found = fromQuery(exchange.query(), forStream);
      if (found instanceof Credential.Ticket) {
        return found;
      }
    }
    String cookie = tokenCookie.isPresent() ? cookie(exchange, tokenCookie.get()) : null;
    if (cookie != null) {
      return new Credential.Token(cookie, Credential.Source.COOKIE);
    }
    if (found != null) {
      return found;
    }
    String session = session(exchange);
    return session == null ? new Credential.None() : new Credential.Session(session);
  }

  private static @Nullable Credential fromAuthorization(List<String> fields) {
    if (fields.isEmpty()) {
      return null;
    }
    if (fields.size() > 1) {
      throw refused("credentials-ambiguous", "Authorization is there more than once");
    }
    String field = fields.getFirst();
    // RFC 9110, section 11.1: the scheme's case doesn't matter.
    if (!field.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw refused(
          "credentials-unknown-scheme",
          "Authorization must be Bearer, followed by a token or an API key");
    }
    String text = field.substring(BEARER.length()).strip();
    return text.startsWith(API_KEY)
        ? new Credential.ApiKey(text)
        : new Credential.Token(text, Credential.Source.HEADER);
  }

  private @Nullable Credential fromQuery(Query query, boolean forStream) {
    String ticket = query.first("ticket");
    if (ticket != null) {
      if (!forStream) {
        throw refused(
            "ticket-for-stream", "a ticket opens a stream, GET /events, and nothing else");
      }
      return new Credential.Ticket(ticket);
    }
    String token = query.first("token");
    if (token == null) {
      return null;
    }
    if (!queryToken) {
      throw refused(
          "query-token-off",
          "tokens in URLs are not taken here, since URLs stand in logs and histories; use a"
              + " ticket, a cookie or the Authorization header, or allow it with"
              + " identity.query-token");
    }
    return new Credential.Token(token, Credential.Source.QUERY);
  }

  private @Nullable String session(Exchange exchange) {
    if (sessionHeader.isPresent()) {
      String header = exchange.header(sessionHeader.get());
      if (header != null && !header.isBlank()) {
        return header;
      }
    }
    return sessionCookie.isPresent() ? cookie(exchange, sessionCookie.get()) : null;
  }

  // RFC 6265, section 5.4. Another site of the same domain can set a second cookie of the same
  // name, and which comes first isn't ours to say: so two that differ are refused.
  private static @Nullable String cookie(Exchange exchange, String name) {
    String found = null;
    for (String field : exchange.headers("Cookie")) {
      int start = 0;
      while (start < field.length()) {
        int end = field.indexOf(';', start);
        if (end < 0) {
          end = field.length();
        }
        int from = start;
        while (from < end && field.charAt(from) == ' ') {
          from++;
        }
        int equals = from + name.length();
        if (equals < end && field.charAt(equals) == '=' && field.startsWith(name, from)) {
          String value = unquoted(field.substring(equals + 1, end).strip());
          if (found != null && !found.equals(value)) {
            throw refused(
                "credentials-ambiguous", "the cookie " + name + " is there twice, and differs");
          }
          found = value;
        }
        start = end + 1;
      }
    }
    return found == null || found.isEmpty() ? null : found;
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  private static RefusedException refused(String code, String detail) {
    return new RefusedException(Problem.of(401, code, detail));
  }
}
