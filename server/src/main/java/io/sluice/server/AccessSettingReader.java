package io.sluice.server;

import io.sluice.access.AuthorizerOptions;
import io.sluice.access.KeyOptions;
import io.sluice.access.SessionOptions;
import io.sluice.access.TokenOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what several settings say of one thing, and tells where they don't fit each other.
 * One caller at a time.
 */
final class AccessSettingReader {

  private final Values values;
  private final Problems problems;

  private AccessSettingReader(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  /**
   * What was put together.
   *
   * @param clients what one client may have
   */
  record Composed(
      AccessSettings access, LimitSettings.Clients clients, CorsRules cors, TlsSettings tls) {}

  /** Puts it together. Settings that were wrong already are taken as their defaults. */
  static Composed read(Values values, Problems problems) {
    AccessSettingReader reader = new AccessSettingReader(values, problems);
    AccessSettings access = reader.access();
    return new Composed(access, reader.clients(access.isOpen()), reader.cors(), reader.tls());
  }

  private AccessSettings access() {
    return new AccessSettings(
        tokens(),
        values.get(AccessSettingTable.COOKIE),
        values.get(AccessSettingTable.QUERY_TOKEN),
        session(),
        values.get(AccessSettingTable.KEYS),
        values.get(AccessSettingTable.TICKETS),
        values.get(AccessSettingTable.RULES),
        authorizer());
  }

  // A hub on loopback that nobody has configured is for tools and benchmarks, which come from one
  // address.
  private LimitSettings.Clients clients(boolean open) {
    boolean configured = AccessSettingTable.LIMITS_OF_CLIENTS.stream().anyMatch(this::isChanged);
    if (open && !configured && values.listen().isLoopback()) {
      return LimitSettings.Clients.UNLIMITED;
    }
    return new LimitSettings.Clients(
        values.get(AccessSettingTable.PER_SUBJECT),
        values.get(AccessSettingTable.PER_ADDRESS),
        values.get(AccessSettingTable.ATTEMPTS),
        values.get(AccessSettingTable.PUBLISHES),
        values.get(AccessSettingTable.PUBLISH_BYTES));
  }

  private <T> boolean isChanged(Setting<T> setting) {
    return !values.get(setting).equals(setting.byDefault());
  }

  private TlsSettings tls() {
    TlsSettings tls =
        checked(
            AccessSettingTable.CERTIFICATE,
            () ->
                new TlsSettings(
                    values.get(AccessSettingTable.CERTIFICATE),
                    values.get(AccessSettingTable.KEY),
                    values.get(AccessSettingTable.TLS_DEV)));
    return tls == null ? TlsSettings.OFF : tls;
  }

  private CorsRules cors() {
    CorsRules cors =
        checked(
            AccessSettingTable.ORIGINS,
            () ->
                new CorsRules(
                    values.get(AccessSettingTable.ORIGINS),
                    values.get(AccessSettingTable.CREDENTIALS),
                    values.get(AccessSettingTable.CORS_MAX_AGE)));
    return cors == null ? CorsRules.NONE : cors;
  }

  private Optional<TokenOptions> tokens() {
    Optional<String> secret = values.get(AccessSettingTable.SECRET);
    Optional<Path> secretFile = values.get(AccessSettingTable.SECRET_FILE);
    if (secret.isPresent() && secretFile.isPresent()) {
      problems.add(
          AccessSettingTable.SECRET_FILE.name(),
          "the secret is set twice",
          values.origin(AccessSettingTable.SECRET_FILE),
          "leave out " + AccessSettingTable.SECRET.name());
      return Optional.empty();
    }
    KeyOptions keys =
        checked(
            secretFile.isPresent() ? AccessSettingTable.SECRET_FILE : AccessSettingTable.SECRET,
            () -> {
              KeyOptions some =
                  KeyOptions.NONE.withKeysFiles(values.get(AccessSettingTable.KEYS_FILES));
              some = secret.map(some::withSecret).orElse(some);
              return secretFile.map(some::withSecretFile).orElse(some);
            });
    if (keys == null) {
      return Optional.empty();
    }
    KeyOptions files =
        values.get(AccessSettingTable.JWKS_FILE).map(keys::withJwksFile).orElse(keys);
    Optional<URI> jwks = values.get(AccessSettingTable.JWKS);
    KeyOptions all =
        checked(AccessSettingTable.JWKS, () -> jwks.map(files::withJwks).orElse(files));
    if (all == null) {
      return Optional.empty();
    }
    if (all.isEmpty()) {
      keysAreNeeded();
      return Optional.empty();
    }
    return Optional.ofNullable(
        checked(
            AccessSettingTable.ISSUER,
            () ->
                new TokenOptions(
                    all,
                    values.get(AccessSettingTable.ISSUER).orElse(null),
                    Set.copyOf(values.get(AccessSettingTable.AUDIENCE)),
                    values.get(AccessSettingTable.CLOCK_SKEW),
                    values.get(AccessSettingTable.ROLES_CLAIM))));
  }

  // Who names an issuer or a cookie believes that tokens are checked.
  private void keysAreNeeded() {
    keysAreNeeded(AccessSettingTable.ISSUER, values.get(AccessSettingTable.ISSUER).isPresent());
    keysAreNeeded(AccessSettingTable.AUDIENCE, !values.get(AccessSettingTable.AUDIENCE).isEmpty());
    keysAreNeeded(AccessSettingTable.COOKIE, values.get(AccessSettingTable.COOKIE).isPresent());
    keysAreNeeded(AccessSettingTable.QUERY_TOKEN, values.get(AccessSettingTable.QUERY_TOKEN));
  }

  private void keysAreNeeded(Setting<?> setting, boolean isUsed) {
    if (isUsed && !values.isRejected(AccessSettingTable.KEYS_OF_TOKENS)) {
      problems.add(
          setting.name(),
          "there are no keys to check tokens with",
          values.origin(setting),
          "set identity.tokens.secret, secret-file, keys-files, jwks-file or jwks");
    }
  }

  private Optional<SessionOptions> session() {
    Optional<URI> url = values.get(AccessSettingTable.SESSION_URL);
    Optional<String> cookie = values.get(AccessSettingTable.SESSION_COOKIE);
    Optional<String> header = values.get(AccessSettingTable.SESSION_HEADER);
    if (url.isEmpty()) {
      if (cookie.isPresent() || header.isPresent()) {
        problems.add(
            AccessSettingTable.SESSION_URL.name(),
            "missing: nobody could say whose a session is",
            values.origin(AccessSettingTable.SESSION_URL),
            "set it to a URL of the application");
      }
      return Optional.empty();
    }
    return Optional.ofNullable(
        checked(
            AccessSettingTable.SESSION_URL,
            () ->
                new SessionOptions(
                    url.get(),
                    cookie.orElse(null),
                    header.orElse(null),
                    values.get(AccessSettingTable.SESSION_TIMEOUT),
                    values.get(AccessSettingTable.SESSION_CACHE))));
  }

  private Optional<AuthorizerOptions> authorizer() {
    return values
        .get(AccessSettingTable.AUTHORIZER)
        .map(
            url ->
                checked(
                    AccessSettingTable.AUTHORIZER,
                    () ->
                        new AuthorizerOptions(
                            url, values.get(AccessSettingTable.AUTHORIZER_TIMEOUT))));
  }

  private <T> @Nullable T checked(Setting<?> setting, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException wrong) {
      problems.add(setting.name(), String.valueOf(wrong.getMessage()), values.origin(setting), "");
      return null;
    }
  }
}
