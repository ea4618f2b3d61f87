package io.sluice.access;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, once its signature is believed, as an {@link Identity}.
 *
 * <p>Immutable.
 */
final class TokenClaims {

  private static final String SUBSCRIBE = "sluice.subscribe";
  private static final String PUBLISH = "sluice.publish";

  // What the identity has elsewhere.
  private static final Set<String> TAKEN =
      Set.of("sub", "exp", "nbf", "iat", "jti", "scope", "scp", "sluice", SUBSCRIBE, PUBLISH);

  /** The longest subject or id. They are kept for as long as a stream is open. */
  static final int MAX_NAME_LENGTH = 255;

  private final TokenOptions options;
  private final Set<String> taken;

  TokenClaims(TokenOptions options) {
    this.options = options;
    this.taken = new HashSet<>(TAKEN);
    this.taken.add(options.rolesClaim());
  }

  /**
   * @throws RefusedTokenException if a claim is missing, wrong or says that the token isn't good
   *     here and now
   */
  Identity identity(byte[] payload, Instant now) {
    try {
      Claims claims = Claims.parse(payload);
      checkFor(claims);
      return read(claims, expires(claims, now));
    } catch (IllegalArgumentException malformed) {
      throw new RefusedTokenException(
          "token-malformed", "what the token says " + malformed.getMessage());
    }
  }

  private Instant expires(Claims claims, Instant now) {
    Instant exp = claims.seconds("exp");
    if (exp == null) {
      throw new IllegalArgumentException(
          "has no exp: a token without an end can't be taken back, so it isn't accepted");
    }
    // As long as it is accepted, and no longer: a stream ends when a reconnect would be refused.
    Instant expires = exp.plus(options.clockSkew());
    if (!now.isBefore(expires)) {
      throw new RefusedTokenException(
          "token-expired", "the token expired at " + exp + "; get a new one");
    }
    Instant begins = now.plus(options.clockSkew());
    Instant nbf = claims.seconds("nbf");
    if (nbf != null && begins.isBefore(nbf)) {
      throw new RefusedTokenException(
          "token-not-yet-valid", "the token is valid from " + nbf + " on (nbf), it is " + now);
    }
    Instant iat = claims.seconds("iat");
    if (iat != null && begins.isBefore(iat)) {
      throw new RefusedTokenException(
          "token-not-yet-valid",
          "the token was made at " + iat + " (iat), it is " + now + "; do the clocks agree?");
    }
    return expires;
  }

  private void checkFor(Claims claims) {
    if (options.issuer() != null && !options.issuer().equals(claims.text("iss"))) {
      throw new RefusedTokenException(
          "token-issuer", "the token isn't from " + options.issuer() + " (iss)");
    }
    if (!options.audiences().isEmpty()
        && claims.textOrTexts("aud").stream().noneMatch(options.audiences()::contains)) {
      throw new RefusedTokenException(
          "token-audience",
          "the token is for somebody else: aud must have one of " + sorted(options.audiences()));
    }
  }

  private Identity read(Claims claims, Instant expires) {
    String subject = claims.text("sub");
    if (subject == null) {
      throw new IllegalArgumentException("has no sub: it must say whose it is");
    }
    checkName("sub", subject);
    String id = claims.text("jti");
    if (id != null) {
      checkName("jti", id);
    }
    Set<String> scopes = new HashSet<>(claims.words("scope"));
    scopes.addAll(claims.words("scp"));
    return new Identity(
        Identity.Kind.TOKEN,
        subject,
        Set.copyOf(claims.words(options.rolesClaim())),
        scopes,
        Map.copyOf(claims.without(taken)),
        new Grants(claims.patterns(SUBSCRIBE), claims.patterns(PUBLISH)),
        expires,
        id,
        claims.seconds("iat"),
        null);
  }

  /** Checks what will stand in logs, lists and limits. */
  static void checkName(String claim, @Nullable String name) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("has an empty " + claim);
    }
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "has a " + claim + " of " + length + " bytes, more than " + MAX_NAME_LENGTH);
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("has a " + claim + " with control characters");
    }
  }

  private static List<String> sorted(Set<String> names) {
    List<String> sorted = new ArrayList<>(names);
    sorted.sort(null);
    return sorted;
  }
}
