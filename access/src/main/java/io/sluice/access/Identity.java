package io.sluice.access;

import io.sluice.event.ChannelPattern;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
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
 * @param tokenId by what it can be revoked alone: {@code jti} of its token, {@code slk_} and the id
 *     of its key; null if it has none
 * @param issued when its token was made ({@code iat}) or its session last vouched for; null if
 *     nobody said. A subject's revocation concerns what was issued before it
 * @param confinedTo outside of these it may do nothing at all, whatever rules and grants say; null
 *     where there is no such bound
 */
public record Identity(
    Kind kind,
    @Nullable String subject,
    Set<String> roles,
    Set<String> scopes,
    Map<String, Object> claims,
    Grants grants,
    @Nullable Instant expires,
    @Nullable String tokenId,
    @Nullable Instant issued,
    @Nullable List<ChannelPattern> confinedTo) {

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

  /**
   * The role of API keys that may ask for tickets in the name of others. It says something on a key
   * alone: what an issuer of tokens calls so means nothing here.
   */
  public static final String TICKETS = "tickets";

  /** Nobody in particular. */
  public static final Identity ANONYMOUS =
      new Identity(
          Kind.ANONYMOUS, null, Set.of(), Set.of(), Map.of(), Grants.NONE, null, null, null, null);

  public Identity {
    roles = Set.copyOf(roles);
    scopes = Set.copyOf(scopes);
    claims = Map.copyOf(claims);
    confinedTo = confinedTo == null ? null : List.copyOf(confinedTo);
  }

  /** Whether it is nobody in particular. */
  public boolean isAnonymous() {
    return kind == Kind.ANONYMOUS;
  }

  /** Whether it may see and close everything. */
  public boolean isOperator() {
    return roles.contains(OPERATOR);
  }

  /** Whether it may ask for tickets in the name of others. */
  public boolean mayVouch() {
    return kind == Kind.KEY && roles.contains(TICKETS);
  }

  /** Whether it is nobody any more. */
  public boolean hasExpired(Instant now) {
    return expires != null && !now.isBefore(expires);
  }

  /**
   * The same, confined to channels. One that is confined already stays so: each of the channels
   * must then be one of those that it is confined to, as it stands there.
   *
   * @throws IllegalArgumentException if a channel isn't
   */
  public Identity confinedTo(List<ChannelPattern> channels) {
    if (confinedTo != null && !new HashSet<>(confinedTo).containsAll(channels)) {
      throw new IllegalArgumentException(
          "what is confined to " + confinedTo + " can't be confined to " + channels + " instead");
    }
    return new Identity(
        kind, subject, roles, scopes, claims, grants, expires, tokenId, issued, channels);
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
