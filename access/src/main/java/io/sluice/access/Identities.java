package io.sluice.access;

import io.sluice.access.Identification.Known;
import io.sluice.access.Identification.Refused;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who makes a request: asks whatever answers for its credential, and whether that was taken
 * back meanwhile. A credential that isn't good is refused; it never makes its bearer anonymous.
 *
 * <p>Thread-safe. Never blocks: it answers at once where the answer is known. Otherwise the future
 * completes on another thread.
 */
public final class Identities implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Identities.class);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /**
   * What answers for which credential. Where there is nothing, that credential is refused.
   *
   * @param tokens for signed tokens
   * @param keys for API keys
   * @param tickets for tickets
   * @param sessions for sessions of the application's own
   */
  public record Sources(
      @Nullable TokenVerifier tokens,
      @Nullable ApiKeys keys,
      @Nullable Tickets tickets,
      @Nullable SessionBackend sessions) {

    /** Nothing: everybody is anonymous. */
    public static final Sources NONE = new Sources(null, null, null, null);

    /** The same with tokens. */
    public Sources with(TokenVerifier added) {
      return new Sources(added, keys, tickets, sessions);
    }

    /** The same with API keys. */
    public Sources with(ApiKeys added) {
      return new Sources(tokens, added, tickets, sessions);
    }

    /** The same with tickets. */
    public Sources with(Tickets added) {
      return new Sources(tokens, keys, added, sessions);
    }

    /** The same with sessions. */
    public Sources with(SessionBackend added) {
      return new Sources(tokens, keys, tickets, added);
    }
  }

  private final Sources sources;
  private final Revocations revocations;
  private final InstantSource clock;
  private volatile boolean failing;

  /** Closes the sources when it is closed. */
  public Identities(Sources sources, Revocations revocations, InstantSource clock) {
    this.sources = sources;
    this.revocations = revocations;
    this.clock = clock;
  }

  /**
   * Says who it is.
   *
   * @return never fails: what can't be found out is refused with {@code identity-unavailable}
   */
  public CompletableFuture<Identification> identify(Credential credential) {
    try {
      return ask(credential).handle(this::settle);
    } catch (RuntimeException failure) {
      return CompletableFuture.completedFuture(settle(null, failure));
    }
  }

  private CompletableFuture<Identification> ask(Credential credential) {
    return switch (credential) {
      case Credential.None none -> CompletableFuture.completedFuture(new Known(Identity.ANONYMOUS));
      case Credential.Token token ->
          sources.tokens == null
              ? notHere("token-signature", "tokens")
              : sources.tokens.verify(token.text());
      case Credential.ApiKey key ->
          sources.keys == null
              ? notHere("key-unknown", "API keys")
              : CompletableFuture.completedFuture(sources.keys.identify(key.text()));
      case Credential.Ticket ticket ->
          sources.tickets == null
              ? notHere("ticket-invalid", "tickets")
              : sources.tickets.redeem(ticket.text());
      case Credential.Session session ->
          sources.sessions == null
              ? notHere("session-refused", "sessions")
              : sources.sessions.identify(session.header());
    };
  }

  private static CompletableFuture<Identification> notHere(String code, String what) {
    return CompletableFuture.completedFuture(
        new Refused(code, "this hub has no settings for " + what + ", so it knows none"));
  }

  private Identification settle(@Nullable Identification found, @Nullable Throwable failure) {
    if (found == null) {
      // Once, not for every request while it lasts.
      if (!failing) {
        failing = true;
        log.error("can't say who makes a request; it is refused", failure);
      }
      return Refused.unavailable("who makes the request can't be said at present", RETRY_AFTER);
    }
    if (found instanceof Known known) {
      failing = false;
      if (known.identity().hasExpired(clock.instant())) {
        return new Refused("token-expired", "what this was given for has expired; log in anew");
      }
      if (revocations.isRevoked(known.identity())) {
        return revoked();
      }
    }
    return found;
  }

  static Refused revoked() {
    return new Refused("token-revoked", "this was taken back; log in anew");
  }

  @Override
  public void close() {
    if (sources.tokens != null) {
      sources.tokens.close();
    }
    if (sources.sessions != null) {
      sources.sessions.close();
    }
  }
}
