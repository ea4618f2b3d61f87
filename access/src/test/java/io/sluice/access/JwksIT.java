package io.sluice.access;

import static io.sluice.access.TestTokens.claims;
import static io.sluice.access.TestTokens.jwks;
import static io.sluice.access.TestTokens.sign;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An issuer over HTTP: its keys, its rotation, its outage and its bad days. */
class JwksIT {

  private final TestClock clock = new TestClock();
  private final LoopbackServer issuer = new LoopbackServer();

  JwksIT() throws IOException {}

  @AfterEach
  void close() {
    issuer.close();
  }

  private TokenVerifier open() {
    KeyOptions keys = KeyOptions.NONE.withJwks(issuer.url("/keys?tenant=a"));
    return TokenVerifier.open(TokenOptions.of(keys), clock);
  }

  private void publish(RSAKey... keys) {
    issuer.handle(exchange -> LoopbackServer.answer(exchange, 200, jwks(keys)));
  }

  private String token(RSAKey key) {
    long end = clock.instant().plus(Duration.ofDays(2)).getEpochSecond();
    return sign(JWSAlgorithm.RS256, key, claims(clock.instant(), "exp", end));
  }

  private static String outcome(TokenVerifier verifier, String token) throws Exception {
    return switch (verifier.verify(token).get(30, TimeUnit.SECONDS)) {
      case Identification.Known known -> String.valueOf(known.identity().subject());
      case Identification.Refused refused -> refused.code();
    };
  }

  @Test
  void keysRotateAndTheIssuerGoesAwayAndNobodyNotices() throws Exception {
    publish(TestTokens.RSA);
    try (TokenVerifier verifier = open()) {
      assertThat(outcome(verifier, token(TestTokens.RSA))).isEqualTo("ann");
      assertThat(outcome(verifier, token(TestTokens.RSA))).isEqualTo("ann");
      assertThat(issuer.requests()).isEqualTo(1);

      publish(TestTokens.RSA, TestTokens.OTHER_RSA);
      clock.advance(RemoteKeys.PAUSE);
      assertThat(outcome(verifier, token(TestTokens.OTHER_RSA))).isEqualTo("ann");
      assertThat(issuer.requests()).isEqualTo(2);

      issuer.close();
      clock.advance(Duration.ofHours(23));
      assertThat(outcome(verifier, token(TestTokens.RSA))).isEqualTo("ann");
      assertThat(outcome(verifier, token(TestTokens.OTHER_RSA))).isEqualTo("ann");
      clock.advance(Duration.ofHours(1));
      assertThat(outcome(verifier, token(TestTokens.RSA))).isEqualTo("identity-unavailable");
    }
  }

  @Test
  void aSetThatIsTooLargeIsNoAnswer() throws Exception {
    issuer.handle(exchange -> LoopbackServer.flood(exchange, RemoteKeys.MAX_BYTES + 8192L));
    try (TokenVerifier verifier = open()) {
      assertThat(outcome(verifier, token(TestTokens.RSA))).isEqualTo("identity-unavailable");
      publish(TestTokens.RSA);
      clock.advance(RemoteKeys.PAUSE);
      assertThat(outcome(verifier, token(TestTokens.RSA))).isEqualTo("ann");
    }
  }

  @Test
  void anIssuerThatStallsIsNotWaitedForBeyondItsTime() throws Exception {
    issuer.handle(issuer::stall);
    try (TokenVerifier verifier = open()) {
      assertThat(outcome(verifier, token(TestTokens.RSA))).isEqualTo("identity-unavailable");
    }
  }

  @Test
  void anIssuerThatRedirectsIsNotFollowed() throws Exception {
    issuer.handle(
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/keys")) {
            exchange.getResponseHeaders().add("Location", issuer.url("/moved").toString());
            LoopbackServer.answer(exchange, 301, new byte[0]);
          } else {
            LoopbackServer.answer(exchange, 200, jwks(TestTokens.RSA));
          }
        });
    try (TokenVerifier verifier = open()) {
      assertThat(outcome(verifier, token(TestTokens.RSA))).isEqualTo("identity-unavailable");
      assertThat(issuer.requests()).isEqualTo(1);
    }
  }
}
