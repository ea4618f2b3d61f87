package io.sluice.cli;

import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What tokens are signed with, from where the hub has it too.
 *
 * <p>Immutable.
 */
final class TokenSettings {

  private static final String SECRET = "SLUICE_IDENTITY_TOKENS_SECRET";
  private static final String SECRET_FILE = "SLUICE_IDENTITY_TOKENS_SECRET_FILE";
  private static final String ISSUER = "SLUICE_IDENTITY_TOKENS_ISSUER";
  private static final String AUDIENCE = "SLUICE_IDENTITY_TOKENS_AUDIENCE";

  private final Map<String, String> environment;

  /**
   * @param environment variables and their values
   */
  TokenSettings(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * The secret, and what the hub expects of tokens beside it.
   *
   * @param secretFile in place of the secret of the settings; null for that one
   * @return null if there is no secret
   * @throws IllegalArgumentException if a file can't be read or the secret is too short
   */
  @Nullable TokenOptions read(@Nullable Path secretFile) {
    KeyOptions keys = keys(secretFile);
    if (keys == null) {
      return null;
    }
    TokenOptions options = TokenOptions.of(keys);
    String issuer = variable(ISSUER);
    String audience = variable(AUDIENCE);
    options = issuer == null ? options : options.withIssuer(issuer);
    return audience == null ? options : options.withAudiences(Set.of(audience));
  }

  private @Nullable KeyOptions keys(@Nullable Path secretFile) {
    if (secretFile != null) {
      return KeyOptions.NONE.withSecretFile(secretFile);
    }
    String file = variable(SECRET_FILE);
    if (file != null) {
      return KeyOptions.NONE.withSecretFile(Path.of(file));
    }
    String secret = variable(SECRET);
    return secret == null ? null : KeyOptions.NONE.withSecret(secret);
  }

  private @Nullable String variable(String name) {
    String value = environment.getOrDefault(name, "");
    return value.isBlank() ? null : value;
  }
}
