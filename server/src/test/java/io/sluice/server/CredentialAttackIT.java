package io.sluice.server;

import static io.sluice.server.GuardedServer.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.sluice.access.ApiKeys;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens, keys and tickets that nobody has given, beside subscribers who miss nothing. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CredentialAttackIT {

  private static final RSAKey RSA = rsa("rsa");
  private static final RSAKey OTHER = rsa("other");
  private static final ECKey EC = ec("ec");

  private static GuardedServer server;
  private static Bystanders bystanders;

  @BeforeAll
  static void serve(@TempDir Path directory) throws Exception {
    Path jwks = directory.resolve("jwks.json");
    Files.writeString(jwks, new JWKSet(List.of(RSA, OTHER, EC)).toString(true));
    server = new GuardedServer("loops", "1", "identity.tokens.jwks-file", jwks.toString());
    bystanders = new Bystanders(server.server());
  }

  @AfterAll
  static void othersHaveMissedNothing() throws Exception {
    try {
      bystanders.haveMissedNothing();
    } finally {
      bystanders.close();
      server.close();
    }
  }

  private static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static ECKey ec(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }

  // What a good token of an operator says: whoever gets in with it could do all.
  private static Map<String, Object> claims(Object... changes) {
    long now = Instant.now().getEpochSecond();
    Map<String, Object> claims = new TreeMap<>();
    claims.put("sub", "ann");
    claims.put("roles", List.of("operator"));
    claims.put("iat", now);
    claims.put("exp", now + 3600);
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1] == null) {
        claims.remove((String) changes[i]);
      } else {
        claims.put((String) changes[i], changes[i + 1]);
      }
    }
    return claims;
  }

  private static String sign(JWSHeader.Builder header, JWSSigner signer, Map<String, Object> claims)
      throws JOSEException {
    JWSObject token =
        new JWSObject(
            header.type(JOSEObjectType.JWT).build(),
            new Payload(Json.MAPPER.writeValueAsString(claims)));
    token.sign(signer);
    return token.serialize();
  }

  private static JWSHeader.Builder header(JWSAlgorithm algorithm, String keyId) {
    return new JWSHeader.Builder(algorithm).keyID(keyId);
  }

  private static String raw(String header, Map<String, Object> claims, String signature) {
    return Base64URL.encode(header)
        + "."
        + Base64URL.encode(Json.MAPPER.writeValueAsString(claims))
        + "."
        + signature;
  }

  static Stream<Arguments> tokens() throws Exception {
    String good = sign(header(JWSAlgorithm.RS256, "rsa"), new RSASSASigner(RSA), claims());
    String[] parts = good.split("\\.", -1);
    long now = Instant.now().getEpochSecond();
    RSAKey stranger = rsa("rsa");
    byte[] publicPem =
        ("-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(RSA.toRSAPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n")
            .getBytes(StandardCharsets.US_ASCII);
    return Stream.of(
        arguments("none", raw("{\"alg\":\"none\"}", claims(), ""), "token-algorithm"),
        arguments("none, odd", raw("{\"alg\":\"nOnE\"}", claims(), "AA"), "token-algorithm"),
        arguments("no algorithm", raw("{}", claims(), "AA"), "token-malformed"),
        arguments("no signature", parts[0] + "." + parts[1] + ".", "token-signature"),
        arguments(
            "other payload",
            parts[0]
                + "."
                + Base64URL.encode(Json.MAPPER.writeValueAsString(claims("sub", "eve")))
                + "."
                + parts[2],
            "token-signature"),
        arguments(
            "a stranger's key",
            sign(header(JWSAlgorithm.RS256, "rsa"), new RSASSASigner(stranger), claims()),
            "token-signature"),
        arguments(
            "public key as a secret",
            sign(
                header(JWSAlgorithm.HS256, null),
                new MACSigner(RSA.toRSAPublicKey().getEncoded()),
                claims()),
            "token-signature"),
        arguments(
            "public PEM as a secret, with its kid",
            sign(header(JWSAlgorithm.HS256, "rsa"), new MACSigner(publicPem), claims()),
            "token-algorithm"),
        arguments(
            "wrong key type",
            sign(header(JWSAlgorithm.RS256, "ec"), new RSASSASigner(RSA), claims()),
            "token-algorithm"),
        arguments(
            "wrong key type, by a curve",
            sign(header(JWSAlgorithm.ES256, "rsa"), new ECDSASigner(EC), claims()),
            "token-algorithm"),
        arguments(
            "swapped kid",
            sign(header(JWSAlgorithm.RS256, "other"), new RSASSASigner(RSA), claims()),
            "token-signature"),
        arguments(
            "unknown kid",
            sign(header(JWSAlgorithm.RS256, "../rsa"), new RSASSASigner(RSA), claims()),
            "token-signature"),
        arguments(
            "a key of its own",
            sign(
                header(JWSAlgorithm.RS256, null).jwk(stranger.toPublicJWK()),
                new RSASSASigner(stranger),
                claims()),
            "token-signature"),
        arguments(
            "a signature of nothing but zeros",
            raw("{\"alg\":\"ES256\",\"kid\":\"ec\"}", claims(), "A".repeat(86)),
            "token-signature"),
        arguments(
            "critical extension",
            raw("{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1}", claims(), parts[2]),
            "token-malformed"),
        arguments(
            "expired",
            sign(header(JWSAlgorithm.RS256, "rsa"), new RSASSASigner(RSA), claims("exp", now - 1)),
            "token-expired"),
        arguments(
            "without an end",
            sign(header(JWSAlgorithm.RS256, "rsa"), new RSASSASigner(RSA), claims("exp", null)),
            "token-malformed"),
        arguments(
            "not yet",
            sign(
                header(JWSAlgorithm.RS256, "rsa"), new RSASSASigner(RSA), claims("nbf", now + 600)),
            "token-not-yet-valid"),
        arguments(
            "a subject with line breaks",
            sign(
                header(JWSAlgorithm.RS256, "rsa"),
                new RSASSASigner(RSA),
                claims("sub", "ann\r\nrole: x")),
            "token-malformed"),
        arguments("an unknown key", ApiKeys.generate().text(), "key-unknown"),
        arguments(
            "a known key's id with another secret",
            GuardedServer.PUBLISHER.text().substring(0, 13)
                + ApiKeys.generate().text().substring(13),
            "key-unknown"),
        arguments("a key's hash", GuardedServer.PUBLISHER.hash(), "token-malformed"));
  }

  @Test
  void theTokenThatTheOthersAreMadeFromIsGood() throws Exception {
    String good = sign(header(JWSAlgorithm.RS256, "rsa"), new RSASSASigner(RSA), claims());
    assertThat(server.send("/stats", GuardedServer.bearer(good)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tokens")
  void whatNobodyHasGivenOpensNothing(String what, String text, String code) throws Exception {
    Consumer<HttpRequest.Builder> bearer = GuardedServer.bearer(text);
    Consumer<HttpRequest.Builder> cookie =
        request -> request.header("Cookie", "__Host-session=" + text);
    for (String path :
        List.of("/events/public/a", "/history/public/a", "/stats", "/connections", "/")) {
      assertThat(code(server.send(path, bearer))).as(path).isEqualTo("401 " + code);
    }
    for (String path : List.of("/events/public/a", "/publish", "/tickets", "/revocations")) {
      Consumer<HttpRequest.Builder> post =
          bearer.andThen(request -> request.POST(BodyPublishers.ofString("{}")));
      assertThat(code(server.send(path, post))).as(path).isEqualTo("401 " + code);
    }
    if (!code.equals("key-unknown")) {
      assertThat(code(server.send("/events/public/a", cookie))).isEqualTo("401 " + code);
    }
    bystanders.getMore(1);
  }

  @Test
  void ticketsAreGoodOnceHoweverManyShowThemAtATime() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int round = 0; round < 30; round++) {
        String ticket = server.ticket(GuardedServer.token("ann"), "");
        String path = "/events/users/@me/x?ticket=" + ticket;
        List<Callable<Integer>> racers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          racers.add(() -> status(path));
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> racer : threads.invokeAll(racers)) {
          statuses.add(racer.get());
        }
        assertThat(statuses).containsOnly(200, 401).containsOnlyOnce(200);
        assertThat(code(server.send(path, GuardedServer::anonymous)))
            .isEqualTo("401 ticket-invalid");
        bystanders.getMore(1);
      }
    }
  }

  private static int status(String path) throws Exception {
    try (LiveStream stream = server.open(path, GuardedServer::anonymous)) {
      return stream.status();
    }
  }

  @Test
  void aTicketIsNoUseToWhoChangesItOrShowsItElsewhere() throws Exception {
    String ticket = server.ticket(GuardedServer.token("ann"), "");
    for (String changed :
        List.of(
            ticket.substring(0, ticket.length() - 1),
            ticket + "A",
            ticket.toLowerCase(Locale.ROOT),
            "",
            "slt_",
            "*")) {
      assertThat(code(server.send("/events/public/a?ticket=" + changed, GuardedServer::anonymous)))
          .isEqualTo("401 ticket-invalid");
    }
    assertThat(code(server.send("/events/public/a", GuardedServer.bearer(ticket))))
        .isEqualTo("401 token-malformed");
    assertThat(
            code(
                server.send(
                    "/publish?ticket=" + ticket,
                    request -> request.POST(BodyPublishers.ofString("{}")))))
        .isEqualTo("401 ticket-for-stream");
    // All of that hasn't used it.
    assertThat(status("/events/users/@me/x?ticket=" + ticket)).isEqualTo(200);
  }

  @Test
  void whoGuessesIsSlowedDown() throws Exception {
    try (GuardedServer slow = new GuardedServer("limits.attempts", "10/h")) {
      List<String> codes = new ArrayList<>();
      for (int i = 0; i < 15; i++) {
        codes.add(code(slow.send("/history/public/a", GuardedServer.bearer("guess" + i))));
      }
      assertThat(codes.subList(0, 10)).containsOnly("401 token-malformed");
      assertThat(codes.subList(11, 15)).containsOnly("429 too-many-attempts");
    }
    bystanders.getMore(1);
  }

  @Test
  void aTokenEndsInTheMidstOfAStreamAndOthersGoOn() throws Exception {
    String brief = GuardedServer.token("ann", Duration.ofSeconds(2));
    try (LiveStream stream = server.open("/events/users/@me/x", GuardedServer.bearer(brief))) {
      assertThat(stream.block("expired")).contains("data: {\"reason\":\"token\"}");
      assertThat(stream.rest()).isEmpty();
    }
    assertThat(code(server.send("/events/public/a", GuardedServer.bearer(brief))))
        .isEqualTo("401 token-expired");
    bystanders.getMore(1);
  }
}
