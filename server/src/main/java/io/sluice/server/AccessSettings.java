package io.sluice.server;

import io.sluice.access.ApiKeyOptions;
import io.sluice.access.AuthorizerOptions;
import io.sluice.access.Rules;
import io.sluice.access.SessionOptions;
import io.sluice.access.TokenOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who may do what.
 *
 * <p>Immutable.
 *
 * @param tokens which tokens are good, empty if none is
 * @param cookie the cookie that carries a token, if one does
 * @param queryToken whether {@code ?token=} is taken
 * @param session the application's own sessions, empty if there are none
 * @param keys API keys
 * @param ticketLifetime for how long a ticket can be used, once
 * @param rules who may do what with channels, in order; empty to leave it to what each identity was
 *     granted by name
 * @param authorizer who is asked for what the rules leave open, if anybody
 */
public record AccessSettings(
    Optional<TokenOptions> tokens,
    Optional<String> cookie,
    boolean queryToken,
    Optional<SessionOptions> session,
    List<ApiKeyOptions> keys,
    Duration ticketLifetime,
    Rules rules,
    Optional<AuthorizerOptions> authorizer) {

  /** Whether everybody may do everything: nothing says who may. */
  public boolean isOpen() {
    return tokens.isEmpty()
        && session.isEmpty()
        && keys.isEmpty()
        && rules.rules().isEmpty()
        && authorizer.isEmpty();
  }
}
