package io.sluice.server;

import io.sluice.access.ApiKeyOptions;
import io.sluice.access.AuthorizerOptions;
import io.sluice.access.Network;
import io.sluice.access.Rate;
import io.sluice.access.Rules;
import io.sluice.access.SessionOptions;
import io.sluice.access.Tickets;
import io.sluice.access.TokenOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rows of {@link SettingTable} that say who may do what, and how they are reached. */
final class AccessSettingTable {

  // Identity

  static final Setting<Optional<String>> SECRET =
      optional(
          "identity.tokens.secret",
          ScalarType.secret("at least 32 bytes"),
          "Secret that tokens are signed with: HS256 from 32 bytes, HS384 from 48, HS512 from 64.");
  static final Setting<Optional<Path>> SECRET_FILE =
      file("identity.tokens.secret-file", "File with that secret.");
  static final Setting<List<Path>> KEYS_FILES =
      list(
          "identity.tokens.keys-files",
          path(),
          "PEM files with public keys or certificates that tokens are signed with.");
  static final Setting<Optional<Path>> JWKS_FILE =
      file("identity.tokens.jwks-file", "File with a JWK set.");
  static final Setting<Optional<URI>> JWKS =
      url("identity.tokens.jwks", "URL of the issuer's JWK set.");
  static final Setting<Optional<String>> ISSUER =
      text("identity.tokens.issuer", "What iss must be in a token.");
  static final Setting<List<String>> AUDIENCE =
      list(
          "identity.tokens.audience",
          ScalarType.text("text", "any text"),
          "Of which aud in a token must have one.");
  static final Setting<Duration> CLOCK_SKEW =
      duration(
          "identity.tokens.clock-skew",
          TokenOptions.DEFAULT_CLOCK_SKEW,
          "0s",
          "5m",
          "By how much the issuer's clock may differ.");
  static final Setting<String> ROLES_CLAIM =
      new Setting<>(
          "identity.tokens.roles-claim",
          ScalarType.text("name", "a claim, or a path to it such as realm_access.roles"),
          TokenOptions.DEFAULT_ROLES_CLAIM,
          "Claim with the roles.");
  static final Setting<Optional<String>> COOKIE =
      optional("identity.cookie", cookieName(), "Cookie that carries a token.");
  static final Setting<Boolean> QUERY_TOKEN =
      new Setting<>(
          "identity.query-token",
          ScalarType.truth(),
          false,
          "Take tokens from ?token= too: URLs stand in histories and other servers' logs.");
  static final Setting<Optional<URI>> SESSION_URL =
      url("identity.session.url", "The application's own backend, which says whose a session is.");
  static final Setting<Optional<String>> SESSION_COOKIE =
      optional("identity.session.cookie", cookieName(), "Cookie that is passed on to it.");
  static final Setting<Optional<String>> SESSION_HEADER =
      optional("identity.session.header", fieldName(), "Header field that is passed on to it.");
  static final Setting<Duration> SESSION_TIMEOUT =
      duration(
          "identity.session.timeout",
          SessionOptions.DEFAULT_TIMEOUT,
          "100ms",
          "10s",
          "How long its answer may take.");
  static final Setting<Duration> SESSION_CACHE =
      duration(
          "identity.session.cache",
          SessionOptions.DEFAULT_CACHE,
          "0s",
          "1h",
          "For how long its answer holds.");
  static final Setting<List<ApiKeyOptions>> KEYS =
      new Setting<>(
          "identity.keys",
          new ApiKeysType(),
          List.of(),
          "API keys, hashed; ./sluice key makes them.");
  static final Setting<Duration> TICKETS =
      duration(
          "identity.tickets.lifetime",
          Tickets.DEFAULT_TTL,
          "1s",
          "10m",
          "For how long a ticket can be used, once.");

  // Permissions

  static final Setting<Rules> RULES =
      new Setting<>(
          "rules",
          new RulesType(),
          Rules.of(List.of()),
          "Who may subscribe and publish; the first pattern that matches counts.");
  static final Setting<Optional<URI>> AUTHORIZER =
      url("authorizer.url", "The application's backend, which decides what rules leave open.");
  static final Setting<Duration> AUTHORIZER_TIMEOUT =
      duration(
          "authorizer.timeout",
          AuthorizerOptions.DEFAULT_TIMEOUT,
          "100ms",
          "10s",
          "How long its answer may take.");

  // Limits: on a loopback address without settings those of one client don't hold

  static final Setting<Integer> PER_SUBJECT =
      number("limits.connections-per-subject", 10, "Most streams of one subject.");
  static final Setting<Integer> PER_ADDRESS =
      number("limits.connections-per-address", 100, "Most streams of one address.");
  static final Setting<Optional<Rate>> ATTEMPTS =
      new Setting<>(
          "limits.attempts",
          ScalarType.orNone(ScalarType.rate()),
          Optional.of(Rate.parse("60/min")),
          "How often an address may open streams, ask for tickets and be refused.");
  static final Setting<Optional<Rate>> PUBLISHES =
      optional(
          "limits.publishes", ScalarType.rate(), "How many events each publisher may publish.");
  static final Setting<Optional<Rate>> PUBLISH_BYTES =
      optional(
          "limits.publish-bytes",
          ScalarType.byteRate(),
          "How many bytes of data each publisher may publish.");
  static final Setting<Integer> PENDING =
      number("limits.pending", 10_000, "Most requests that are being answered at once.");
  static final Setting<LimitSettings.RefuseStreams> REFUSE_STREAMS =
      new Setting<>(
          "limits.refuse-streams",
          ScalarType.oneOf(LimitSettings.RefuseStreams.class, "status or stream"),
          LimitSettings.RefuseStreams.STATUS,
          "How a stream is refused that may be tried later; a native EventSource comes back only"
              + " after a stream.");

  // How they are reached

  static final Setting<List<Network>> TRUSTED =
      list(
          "proxies.trusted",
          ScalarType.network(),
          "Networks of proxies whose word on the client's address is taken.");
  static final Setting<Boolean> PROXY_PROTOCOL =
      new Setting<>(
          "proxies.protocol",
          ScalarType.truth(),
          false,
          "Expect the PROXY protocol, version 1 or 2, from the trusted networks.");
  static final Setting<List<String>> ORIGINS =
      list(
          "cors.origins",
          ScalarType.text("origin", "an origin such as https://app.example, or *"),
          "Pages that may use the hub, beside its own.");
  static final Setting<Boolean> CREDENTIALS =
      new Setting<>(
          "cors.credentials", ScalarType.truth(), false, "Whether these pages may send cookies.");
  static final Setting<Duration> CORS_MAX_AGE =
      duration(
          "cors.max-age",
          Duration.ofMinutes(10),
          "0s",
          "24h",
          "For how long browsers remember what these pages may do.");
  static final Setting<Optional<Path>> CERTIFICATE =
      file("tls.certificate", "PEM file with the certificate and those that link it to its root.");
  static final Setting<Optional<Path>> KEY =
      file("tls.key", "PEM file with the certificate's private key.");
  static final Setting<Boolean> TLS_DEV =
      new Setting<>(
          "tls.dev",
          ScalarType.truth(),
          false,
          "Encrypt with a certificate for localhost, made at the start.");

  // What is published

  static final Setting<EventSchemas> SCHEMAS =
      new Setting<>(
          "schemas",
          new SchemasType(),
          EventSchemas.NONE,
          "JSON Schemas that data must fit, by channel pattern, or by pattern and type.");

  static final Setting<?>[] KEYS_OF_TOKENS = {SECRET, SECRET_FILE, KEYS_FILES, JWKS_FILE, JWKS};

  static final List<Setting<?>> IDENTITY =
      List.of(
          SECRET,
          SECRET_FILE,
          KEYS_FILES,
          JWKS_FILE,
          JWKS,
          ISSUER,
          AUDIENCE,
          CLOCK_SKEW,
          ROLES_CLAIM,
          COOKIE,
          QUERY_TOKEN,
          SESSION_URL,
          SESSION_COOKIE,
          SESSION_HEADER,
          SESSION_TIMEOUT,
          SESSION_CACHE,
          KEYS,
          TICKETS,
          RULES,
          AUTHORIZER,
          AUTHORIZER_TIMEOUT);

  static final List<Setting<?>> LIMITS_OF_CLIENTS =
      List.of(PER_SUBJECT, PER_ADDRESS, ATTEMPTS, PUBLISHES, PUBLISH_BYTES);

  static final List<Setting<?>> LIMITS =
      Stream.concat(LIMITS_OF_CLIENTS.stream(), Stream.of(PENDING, REFUSE_STREAMS)).toList();

  static final List<Setting<?>> TRANSPORT =
      List.of(
          TRUSTED,
          PROXY_PROTOCOL,
          ORIGINS,
          CREDENTIALS,
          CORS_MAX_AGE,
          CERTIFICATE,
          KEY,
          TLS_DEV,
          SCHEMAS);

  private AccessSettingTable() {}

  static <T> Setting<Optional<T>> optional(String name, ScalarType<T> type, String meaning) {
    return new Setting<>(name, ScalarType.orNone(type), Optional.empty(), meaning);
  }

  private static <T> Setting<List<T>> list(String name, ScalarType<T> type, String meaning) {
    return new Setting<>(name, new ListType<>(type), List.of(), meaning);
  }

  private static Setting<Optional<String>> text(String name, String meaning) {
    return optional(name, ScalarType.text("text", "any text"), meaning);
  }

  private static Setting<Optional<Path>> file(String name, String meaning) {
    return optional(name, path(), meaning);
  }

  private static Setting<Optional<URI>> url(String name, String meaning) {
    return optional(
        name, ScalarType.of("url", "a URL such as https://app.example/x", URI::create), meaning);
  }

  private static ScalarType<Path> path() {
    return ScalarType.of("file", "a file", Path::of);
  }

  private static ScalarType<String> cookieName() {
    return token("the name of a cookie");
  }

  private static ScalarType<String> fieldName() {
    return token("the name of a header field");
  }

  private static ScalarType<String> token(String allowed) {
    return ScalarType.of(
        "name",
        allowed,
        text -> {
          Fields.checkName(text);
          return text;
        });
  }

  private static Setting<Duration> duration(
      String name, Duration byDefault, String least, String most, String meaning) {
    return new Setting<>(name, ScalarType.duration(least, most), byDefault, meaning);
  }

  private static Setting<Integer> number(String name, int byDefault, String meaning) {
    return new Setting<>(name, ScalarType.number(1, 10_000_000), byDefault, meaning);
  }
}
