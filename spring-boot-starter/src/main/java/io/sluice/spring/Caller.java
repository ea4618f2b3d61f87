package io.sluice.spring;

import java.security.Principal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request, as the application's security has found out.
 *
 * <p>Immutable.
 *
 * @param principal Spring Security's {@code Authentication} where that is in use, else what the
 *     server says; null if nobody said who asks
 * @param authorities what Spring Security granted, {@code ROLE_ADMIN}; empty without it
 */
public record Caller(@Nullable Principal principal, Set<String> authorities) {

  /** Nobody in particular. */
  public static final Caller ANONYMOUS = new Caller(null, Set.of());

  public Caller {
    authorities = Set.copyOf(authorities);
  }

  /** Whether nobody said who asks. */
  public boolean isAnonymous() {
    return principal == null;
  }

  /** The principal's name, null for an anonymous caller. */
  public @Nullable String name() {
    return principal == null ? null : principal.getName();
  }

  /** Whether an authority was granted. */
  public boolean has(String authority) {
    return authorities.contains(authority);
  }

  /** Whether the principal has this name; never for an anonymous caller. */
  public boolean isNamed(String name) {
    return principal != null && name.equals(principal.getName());
  }
}
