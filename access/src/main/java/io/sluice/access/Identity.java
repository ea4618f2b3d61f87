package io.sluice.access;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request, whichever way it was shown. Requests of one token share one identity.
 *
 * <p>Immutable.
 *
 * @param kind how it was shown
 * @param subject who it is, {@code sub} in a token; null for an anonymous one
 * @param roles what it is, as rules name it
 * @param scopes what its token was made for (RFC 8693, section 4.2)
 * @param claims all else that its token or session says: JSON values as strings, numbers, booleans,
 *     lists and maps
 * @param grants what it may do beside what the rules allow
 * @param expires from then on it is nobody; null for never
 * @param tokenId {@code jti} of its token, by which it can be revoked; null if it has none
 */
public record Identity(
    Kind kind,
    @Nullable String subject,
    Set<String> roles,
    Set<String> scopes,
    Map<String, Object> claims,
    Grants grants,
    @Nullable Instant expires,
    @Nullable String tokenId) {

  /** How an identity was shown. */
  public enum Kind {
    /** Not at all. */
    ANONYMOUS,
    /** By a signed token. */
    TOKEN,
    /** By an API key; the subject is the key's name. */
    KEY,
    /** By a session of the application's own, which its backend answers for. */
    SESSION
  }

  /** The role that may see and close everything. */
  public static final String OPERATOR = "operator";

  /** Nobody in particular. */
  public static final Identity ANONYMOUS =
      new Identity(Kind.ANONYMOUS, null, Set.of(), Set.of(), Map.of(), Grants.NONE, null, null);

  public Identity {
    roles = Set.copyOf(roles);
    scopes = Set.copyOf(scopes);
    claims = Map.copyOf(claims);
  }

  /** Whether it is nobody in particular. */
  public boolean isAnonymous() {
    return kind == Kind.ANONYMOUS;
  }

  /** Whether it may see and close everything. */
  public boolean isOperator() {
    return roles.contains(OPERATOR);
  }

  /** Whether it is somebody's, and that of the same one as another. */
  public boolean isSameSubject(Identity other) {
    return subject != null
        && subject.equals(other.subject)
        && (kind == Kind.KEY) == (other.kind == Kind.KEY);
  }

  /** Names nobody's secrets. */
  @Override
  public String toString() {
    return kind == Kind.ANONYMOUS ? "anonymous" : subject + " (" + kind + ")";
  }
}
