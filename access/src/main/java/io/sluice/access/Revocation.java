package io.sluice.access;

import java.time.Instant;

/**
 * What is taken back before it expires.
 *
 * <p>Immutable.
 */
public sealed interface Revocation {

  /** When it may be forgotten: all that it concerns has expired by then. */
  Instant until();

  /** Whether the identity is taken back by it. Time isn't looked at. */
  boolean concerns(Identity identity);

  /**
   * One token, or one API key.
   *
   * @param tokenId its {@code jti}, or {@code slk_} and the key's id
   * @param until when it may be forgotten
   */
  record OfToken(String tokenId, Instant until) implements Revocation {
    @Override
    public boolean concerns(Identity identity) {
      return tokenId.equals(identity.tokenId());
    }
  }

  /**
   * All that somebody has, but not what they get from then on: a new login works. API keys of that
   * name aren't concerned.
   *
   * @param subject who
   * @param issuedBefore what was made up to then is taken back, and what doesn't say when. Tokens
   *     count in whole seconds, so one that is made within the same second is taken back too. The
   *     issuer's clock may be ahead: who wants to be sure says a little later than now
   * @param until when it may be forgotten
   */
  record OfSubject(String subject, Instant issuedBefore, Instant until) implements Revocation {
    @Override
    public boolean concerns(Identity identity) {
      return identity.kind() != Identity.Kind.KEY
          && subject.equals(identity.subject())
          && (identity.issued() == null || !identity.issued().isAfter(issuedBefore));
    }
  }
}
