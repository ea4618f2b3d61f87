package io.sluice.access;

/**
 * How a request says who it is: exactly what was found in it, not yet believed. No {@code toString}
 * of these shows a secret.
 *
 * <p>Immutable.
 */
public sealed interface Credential {

  /** Where in a request a token was found. */
  enum Source {
    /** {@code Authorization: Bearer}. */
    HEADER,
    /** The cookie that settings name. */
    COOKIE,
    /** {@code ?token=}. */
    QUERY
  }

  /**
   * A signed token (RFC 7519).
   *
   * @param text the token
   * @param source where it was
   */
  record Token(String text, Source source) implements Credential {
    @Override
    public String toString() {
      return "token (" + source + ')';
    }
  }

  /**
   * An API key.
   *
   * @param text the whole key
   */
  record ApiKey(String text) implements Credential {
    @Override
    public String toString() {
      return "API key";
    }
  }

  /**
   * A ticket, {@code ?ticket=}.
   *
   * @param text the ticket
   */
  record Ticket(String text) implements Credential {
    @Override
    public String toString() {
      return "ticket";
    }
  }

  /**
   * A session of the application's own.
   *
   * @param header the value of the cookie or header that settings name, as it came; only this is
   *     passed on to the application
   */
  record Session(String header) implements Credential {
    @Override
    public String toString() {
      return "session";
    }
  }

  /** Nothing: the request says nothing about who makes it. */
  record None() implements Credential {}

  /** What stands after {@code Bearer} in a header: an API key if it looks like one, or a token. */
  static Credential bearer(String text) {
    return text.startsWith(ApiKeys.PREFIX) ? new ApiKey(text) : new Token(text, Source.HEADER);
  }
}
