package io.sluice.access;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens are believed, and what is read from them.
 *
 * <p>Immutable.
 *
 * @param keys what they must be signed with
 * @param issuer what {@code iss} must be; null if it doesn't matter
 * @param audiences of which {@code aud} must have one; empty if it doesn't matter
 * @param clockSkew by how much the issuer's clock may differ: 0 to 5 minutes
 * @param rolesClaim where the roles are: the claim's name, or a path such as {@code
 *     realm_access.roles}
 */
public record TokenOptions(
    KeyOptions keys,
    @Nullable String issuer,
    Set<String> audiences,
    Duration clockSkew,
    String rolesClaim) {

  /** By how much the issuer's clock may differ where nothing else is said. */
  public static final Duration DEFAULT_CLOCK_SKEW = Duration.ofSeconds(30);

  /** By how much it may differ at most. */
  public static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(5);

  /** Where the roles are if nothing else is said. */
  public static final String DEFAULT_ROLES_CLAIM = "roles";

  /**
   * @throws IllegalArgumentException if there are no keys, or a value is out of bounds
   */
  public TokenOptions {
    audiences = Set.copyOf(audiences);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "tokens need keys: a secret, files of public keys, or the URL of a JWK set");
    }
    if (clockSkew.isNegative() || clockSkew.compareTo(MAX_CLOCK_SKEW) > 0) {
      throw new IllegalArgumentException(
          "a clock skew of "
              + clockSkew.toSeconds()
              + " s is out of bounds: 0 to "
              + MAX_CLOCK_SKEW.toSeconds()
              + " s, by so much a token lives longer");
    }
    if ((issuer != null && issuer.isBlank()) || audiences.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "an issuer or audience that is empty matches nothing; leave it out");
    }
    if (rolesClaim.isBlank()) {
      throw new IllegalArgumentException("the claim with the roles needs a name");
    }
  }

  /** Tokens that are signed with these keys, whoever made them and for whomever. */
  public static TokenOptions of(KeyOptions keys) {
    return new TokenOptions(keys, null, Set.of(), DEFAULT_CLOCK_SKEW, DEFAULT_ROLES_CLAIM);
  }

  /** The same, made by this issuer only. */
  public TokenOptions withIssuer(String name) {
    return new TokenOptions(keys, name, audiences, clockSkew, rolesClaim);
  }

  /** The same, made for one of these only. */
  public TokenOptions withAudiences(Set<String> names) {
    return new TokenOptions(keys, issuer, names, clockSkew, rolesClaim);
  }

  /** The same with another clock skew. */
  public TokenOptions withClockSkew(Duration skew) {
    return new TokenOptions(keys, issuer, audiences, skew, rolesClaim);
  }

  /** The same with the roles in another claim. */
  public TokenOptions withRolesClaim(String name) {
    return new TokenOptions(keys, issuer, audiences, clockSkew, name);
  }
}
