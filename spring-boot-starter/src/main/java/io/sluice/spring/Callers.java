package io.sluice.spring;

import java.security.Principal;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.util.ClassUtils;

/** Finds out from a request's principal who makes it. Stateless. */
final class Callers {

  private static final boolean SECURITY =
      ClassUtils.isPresent(
          "org.springframework.security.core.Authentication", Callers.class.getClassLoader());

  private Callers() {}

  /** Who a principal is; null is nobody. */
  static Caller of(@Nullable Principal principal) {
    if (principal == null) {
      return Caller.ANONYMOUS;
    }
    return SECURITY ? Secured.caller(principal) : new Caller(principal, Set.of());
  }

  /** Loaded only where Spring Security is. */
  private static final class Secured {

    private static final AuthenticationTrustResolver TRUST = new AuthenticationTrustResolverImpl();

    static Caller caller(Principal principal) {
      if (!(principal instanceof Authentication authentication)) {
        return new Caller(principal, Set.of());
      }
      if (!authentication.isAuthenticated() || TRUST.isAnonymous(authentication)) {
        return Caller.ANONYMOUS;
      }
      return new Caller(
          authentication,
          authentication.getAuthorities().stream()
              .map(GrantedAuthority::getAuthority)
              .filter(authority -> authority != null)
              .collect(Collectors.toSet()));
    }
  }
}
