package io.sluice.access;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API key as settings have it.
 *
 * <p>Immutable.
 *
 * @param name whose it is; several keys may have one, while they are being replaced
 * @param id the 8 characters after {@code slk_}
 * @param hash {@code sha256:} and 64 hexadecimal digits: of the whole key
 * @param grants what it may do beside what the rules allow
 * @param roles what it is, as rules name it
 * @param tickets whether it may ask for tickets in the name of others
 * @param expires from then on it is unknown; null for never
 */
public record ApiKeyOptions(
    String name,
    String id,
    String hash,
    Grants grants,
    Set<String> roles,
    boolean tickets,
    @Nullable Instant expires) {

  /**
   * @throws IllegalArgumentException if the name, the id or the hash hasn't its form
   */
  public ApiKeyOptions {
    roles = Set.copyOf(roles);
    try {
      TokenClaims.checkName("name", name);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("an API key " + wrong.getMessage(), wrong);
    }
    ApiKeys.checkForm(id, hash);
  }

  /** A key that may do what rules allow, for ever. */
  public static ApiKeyOptions of(String name, String id, String hash) {
    return new ApiKeyOptions(name, id, hash, Grants.NONE, Set.of(), false, null);
  }

  /** Whom it stands for. */
  Identity identity() {
    Set<String> all = new HashSet<>(roles);
    if (tickets) {
      all.add(Identity.TICKETS);
    }
    return new Identity(
        Identity.Kind.KEY,
        name,
        all,
        Set.of(),
        Map.of(),
        grants,
        expires,
        ApiKeys.PREFIX + id,
        null,
        null);
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "API key " + name + " (" + id + ')';
  }
}
