package io.sluice.access;

import static io.sluice.access.Answers.code;
import static io.sluice.access.Answers.known;
import static io.sluice.access.Answers.refused;
import static io.sluice.access.TestTokens.claims;
import static io.sluice.access.TestTokens.raw;
import static io.sluice.access.TestTokens.sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token is believed for: its signature. What it says is {@link TokenClaimsTest}'s. */
class TokenVerifierTest {

  private static final String ED_HEADER = "{\"alg\":\"EdDSA\"}";

  private final TestClock clock = new TestClock();

  private TokenVerifier verifier(JWK... keys) {
    List<TokenKey> all = new ArrayList<>();
    for (JWK key : keys) {
      all.add(TokenKey.of(key));
    }
    TokenOptions options =
        TokenOptions.of(KeyOptions.NONE.withSecret("not one of the keys of these tests"));
    return new TokenVerifier(options, new KeySet(all), null, clock);
  }

  private Map<String, Object> good() {
    return claims(clock.instant());
  }

  static Stream<Arguments> algorithms() {
    OctetSequenceKey secret = TestTokens.secret(64);
    ECKey p384 = TestTokens.ec(Curve.P_384, "ec-384");
    ECKey p521 = TestTokens.ec(Curve.P_521, "ec-521");
    return Stream.of(
        Arguments.of(JWSAlgorithm.HS256, secret),
        Arguments.of(JWSAlgorithm.HS384, secret),
        Arguments.of(JWSAlgorithm.HS512, secret),
        Arguments.of(JWSAlgorithm.RS256, TestTokens.RSA),
        Arguments.of(JWSAlgorithm.RS384, TestTokens.RSA),
        Arguments.of(JWSAlgorithm.RS512, TestTokens.RSA),
        Arguments.of(JWSAlgorithm.PS256, TestTokens.RSA),
        Arguments.of(JWSAlgorithm.PS384, TestTokens.RSA),
        Arguments.of(JWSAlgorithm.PS512, TestTokens.RSA),
        Arguments.of(JWSAlgorithm.ES256, TestTokens.EC),
        Arguments.of(JWSAlgorithm.ES384, p384),
        Arguments.of(JWSAlgorithm.ES512, p521));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void aGoodTokenIsBelievedAndAnyChangeOfItIsNot(JWSAlgorithm algorithm, JWK key) {
    String token = sign(algorithm, key, good());
    assertThat(known(verifier(key).verify(token)).subject()).isEqualTo("ann");
    assertRefusedWhenChanged(token, key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EdDSA", "Ed25519"})
  void edwardsSignaturesAreBelievedAndAnyChangeOfThemIsNot(String algorithm) {
    String token = TestTokens.signByEdwards("{\"alg\":\"" + algorithm + "\"}", good());
    JWK key = TestTokens.edwardsPublic(null);
    assertThat(known(verifier(key).verify(token)).subject()).isEqualTo("ann");
    assertRefusedWhenChanged(token, key);
  }

  private void assertRefusedWhenChanged(String token, JWK key) {
    TokenVerifier verifier = verifier(key);
    List<String> parts = parts(token);
    String other =
        TestTokens.base64(Claims.JSON.writeValueAsString(claims(clock.instant(), "sub", "eve")));
    assertThat(code(verifier.verify(parts.get(0) + '.' + other + '.' + parts.get(2))))
        .isEqualTo("token-signature");
    // The first character counts in all its bits; the last one may not.
    String forged = (parts.get(2).charAt(0) == 'A' ? 'B' : 'A') + parts.get(2).substring(1);
    assertThat(code(verifier.verify(parts.get(0) + '.' + parts.get(1) + '.' + forged)))
        .isEqualTo("token-signature");
    assertThat(
            code(
                verifier.verify(
                    parts.get(0) + '.' + parts.get(1) + '.' + parts.get(2).substring(4))))
        .isEqualTo("token-signature");
    assertThat(code(verifier.verify(parts.get(0) + '.' + parts.get(1) + '.')))
        .isEqualTo("token-signature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "nOnE"})
  void anUnsignedTokenIsRefused(String none) {
    TokenVerifier verifier = verifier(TestTokens.RSA, TestTokens.secret(32));
    String header = "{\"alg\":\"" + none + "\"}";
    assertThat(code(verifier.verify(raw(header, good(), ""))))
        .isIn("token-algorithm", "token-signature");
    assertThat(code(verifier.verify(raw(header, good(), "c2lnbmF0dXJl"))))
        .isEqualTo("token-algorithm");
  }

  @Test
  void aPublicKeyIsNoSecret() throws Exception {
    RSAPublicKey published = TestTokens.RSA.toRSAPublicKey();
    TokenVerifier verifier = verifier(TestTokens.RSA, TestTokens.EC);
    List<byte[]> whatEverybodyKnows =
        List.of(
            published.getEncoded(),
            TestTokens.pem("PUBLIC KEY", published.getEncoded()).getBytes(StandardCharsets.UTF_8),
            TestTokens.pem("PUBLIC KEY", published.getEncoded())
                .strip()
                .getBytes(StandardCharsets.UTF_8),
            published.getModulus().toByteArray(),
            TestTokens.RSA.getModulus().toString().getBytes(StandardCharsets.UTF_8),
            TestTokens.EC.toECPublicKey().getEncoded());
    for (byte[] bytes : whatEverybodyKnows) {
      for (String id : new String[] {"rsa-1", "ec-1", null}) {
        OctetSequenceKey secret = new OctetSequenceKey.Builder(bytes).keyID(id).build();
        assertThat(code(verifier.verify(sign(JWSAlgorithm.HS256, secret, good()))))
            .isEqualTo("token-algorithm");
      }
    }
  }

  @Test
  void aPublicKeyIsNoSecretAlsoWhereThereIsOne() throws Exception {
    TokenVerifier verifier = verifier(TestTokens.RSA, TestTokens.secret(32));
    OctetSequenceKey confused =
        new OctetSequenceKey.Builder(TestTokens.RSA.toRSAPublicKey().getEncoded()).build();
    assertThat(code(verifier.verify(sign(JWSAlgorithm.HS256, confused, good()))))
        .isEqualTo("token-signature");
  }

  @Test
  void theNameOfAKeyDecidesAndIsNotTheSignature() {
    TokenVerifier verifier = verifier(TestTokens.RSA, TestTokens.OTHER_RSA, TestTokens.EC);
    JWSHeader swapped = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-2").build();
    assertThat(code(verifier.verify(sign(swapped, TestTokens.RSA, good()))))
        .isEqualTo("token-signature");
    JWSHeader otherType = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("ec-1").build();
    assertThat(code(verifier.verify(sign(otherType, TestTokens.RSA, good()))))
        .isEqualTo("token-algorithm");
    JWSHeader unknown = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("../rsa-1").build();
    assertThat(code(verifier.verify(sign(unknown, TestTokens.RSA, good()))))
        .isEqualTo("token-signature");
  }

  @Test
  void aTokenThatNamesNoKeyIsTriedWithAllThatFit() {
    TokenVerifier verifier = verifier(TestTokens.OTHER_RSA, TestTokens.EC, TestTokens.RSA);
    JWSHeader nameless = new JWSHeader(JWSAlgorithm.RS256);
    assertThat(known(verifier.verify(sign(nameless, TestTokens.RSA, good())))).isNotNull();
  }

  @Test
  void aTokenThatNamesNoKeyIsNotTriedWithMany() {
    ECKey[] many = new ECKey[KeySet.MAX_TRIED + 1];
    for (int i = 0; i < many.length; i++) {
      many[i] = TestTokens.ec(Curve.P_256, "ec-" + i);
    }
    TokenVerifier verifier = verifier(many);
    JWSHeader nameless = new JWSHeader(JWSAlgorithm.ES256);
    assertThat(refused(verifier.verify(sign(nameless, many[0], good()))).detail())
        .contains("kid", "9", "8");
    assertThat(known(verifier.verify(sign(JWSAlgorithm.ES256, many[8], good())))).isNotNull();
  }

  @Test
  void aKeyWithoutANameMayBeMeantByAnyName() {
    JWSHeader named = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("2026-01").build();
    assertThat(
            known(
                verifier(TestTokens.secret(32)).verify(sign(named, TestTokens.secret(32), good()))))
        .isNotNull();
  }

  @Test
  void aSecretIsForAlgorithmsAsLongAsItIsOnly() {
    TokenVerifier verifier = verifier(TestTokens.secret(48));
    assertThat(known(verifier.verify(sign(JWSAlgorithm.HS384, TestTokens.secret(48), good()))))
        .isNotNull();
    String header = "{\"alg\":\"HS512\"}";
    assertThat(refused(verifier.verify(raw(header, good(), "c2lnbmF0dXJl"))).detail())
        .contains("HS512", "HS256, HS384");
  }

  @Test
  void aKeyThatNamesItsAlgorithmIsForNoOther() {
    RSAKey only = new RSAKey.Builder(TestTokens.RSA).algorithm(JWSAlgorithm.PS256).build();
    TokenVerifier verifier = verifier(only);
    assertThat(code(verifier.verify(sign(JWSAlgorithm.RS256, TestTokens.RSA, good()))))
        .isEqualTo("token-algorithm");
    assertThat(known(verifier.verify(sign(JWSAlgorithm.PS256, TestTokens.RSA, good()))))
        .isNotNull();
  }

  @Test
  void keysThatATokenBringsAlongAreNotLookedAt() {
    RSAKey own = TestTokens.rsa("own");
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .jwk(own.toPublicJWK())
            .jwkURL(URI.create("http://127.0.0.1:1/keys"))
            .build();
    assertThat(code(verifier(TestTokens.RSA).verify(sign(header, own, good()))))
        .isEqualTo("token-signature");
  }

  @Test
  void extensionsThatMustBeKnownAreRefused() {
    JWSHeader critical =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .criticalParams(Set.of("exp"))
            .customParam("exp", 1)
            .build();
    assertThat(code(verifier(TestTokens.RSA).verify(sign(critical, TestTokens.RSA, good()))))
        .isEqualTo("token-malformed");
    JWSHeader unencoded =
        new JWSHeader.Builder(JWSAlgorithm.RS256).base64URLEncodePayload(false).build();
    assertThat(code(verifier(TestTokens.RSA).verify(raw(unencoded.toString(), good(), "c2ln"))))
        .isEqualTo("token-malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        ".b.c",
        "a..c",
        "a.b.c.d",
        "a.b.c.d.e",
        "e30.e30.c2ln",
        "bm90IGpzb24.e30.c2ln",
        "W10.e30.c2ln",
        "eyJhbGciOjF9.e30.c2ln",
        "eyJhbGciOiJSUzI1NiJ9.e30 .c2ln",
        "eyJhbGciOiJSUzI1NiJ9.e30=.c2ln",
        "eyJhbGciOiJSUzI1NiJ9.e30.c2ln\r\nx: y",
        "eyJhbGciOiJSUzI1NiJ9.e30.c2l\u00e4"
      })
  void whatIsNoTokenIsRefused(String text) {
    assertThat(code(verifier(TestTokens.RSA).verify(text))).isEqualTo("token-malformed");
  }

  @Test
  void anEncryptedTokenIsRefused() {
    String header = "{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"}";
    assertThat(code(verifier(TestTokens.RSA).verify(raw(header, good(), "c2ln"))))
        .isEqualTo("token-malformed");
  }

  @Test
  void aTokenThatIsTooLongIsNotEvenTakenApart() {
    String text = "a".repeat(SignedToken.MAX_LENGTH + 1);
    assertThat(refused(verifier(TestTokens.RSA).verify(text)))
        .satisfies(
            refused -> {
              assertThat(refused.code()).isEqualTo("token-malformed");
              assertThat(refused.detail()).contains("8193", "8192");
            });
  }

  @Test
  void algorithmsThatAreMadeUpAreNotRepeated() {
    String header = "{\"alg\":\"<script>\",\"kid\":\"<b>\"}";
    assertThat(refused(verifier(TestTokens.RSA).verify(raw(header, good(), "c2ln"))))
        .satisfies(
            refused -> {
              assertThat(refused.code()).isEqualTo("token-algorithm");
              assertThat(refused.detail()).doesNotContain("<");
            });
  }

  @Test
  void noRefusalHasTheTokenInIt() {
    TokenVerifier verifier = verifier(TestTokens.RSA);
    String expired = sign(JWSAlgorithm.RS256, TestTokens.RSA, claims(clock.instant(), "exp", 1));
    String foreign = sign(JWSAlgorithm.RS256, TestTokens.OTHER_RSA, good());
    for (String token : List.of(expired, foreign, "bm90.IGpzb24.c2ln", "x".repeat(9000))) {
      for (String part : parts(token)) {
        assertThat(refused(verifier.verify(token)).detail()).doesNotContain(part);
      }
    }
  }

  @Test
  void keysOfOtherUseAreNotTaken() {
    RSAKey encrypting = new RSAKey.Builder(TestTokens.RSA).keyUse(KeyUse.ENCRYPTION).build();
    assertThatIllegalArgumentException().isThrownBy(() -> TokenKey.of(encrypting));
    RSAKey contradictory = new RSAKey.Builder(TestTokens.RSA).algorithm(JWSAlgorithm.HS256).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenKey.of(contradictory))
        .withMessageContaining("HS256");
  }

  @Test
  void aSignatureOfZeroesIsNone() {
    String header = "{\"alg\":\"ES256\",\"kid\":\"ec-1\"}";
    String zeroes = Base64URL.encode(new byte[64]).toString();
    assertThat(code(verifier(TestTokens.EC).verify(raw(header, good(), zeroes))))
        .isEqualTo("token-signature");
    String edZeroes = Base64URL.encode(new byte[64]).toString();
    assertThat(
            code(verifier(TestTokens.edwardsPublic(null)).verify(raw(ED_HEADER, good(), edZeroes))))
        .isEqualTo("token-signature");
  }

  @Test
  void aTokenIsRememberedByItsWholeTextOnly() {
    TokenVerifier verifier = verifier(TestTokens.RSA);
    String token = sign(JWSAlgorithm.RS256, TestTokens.RSA, good());
    Identity first = known(verifier.verify(token));
    assertThat(known(verifier.verify(token))).isSameAs(first);
    assertThat(code(verifier.verify(token + "A"))).isEqualTo("token-signature");
  }

  @Test
  void whatIsRememberedIsNotBelievedBeyondItsEnd() {
    TokenVerifier verifier = verifier(TestTokens.RSA);
    String token = sign(JWSAlgorithm.RS256, TestTokens.RSA, good());
    Identity ann = known(verifier.verify(token));
    clock.advance(Duration.between(clock.instant(), ann.expires()).minusMillis(1));
    assertThat(known(verifier.verify(token))).isSameAs(ann);
    clock.advance(Duration.ofMillis(1));
    assertThat(code(verifier.verify(token))).isEqualTo("token-expired");
  }

  @Test
  void aKeyItselfRefusesAlgorithmsThatItIsNotFor() {
    RSAKey only = new RSAKey.Builder(TestTokens.RSA).algorithm(JWSAlgorithm.PS256).build();
    SignedToken other = SignedToken.parse(sign(JWSAlgorithm.RS256, TestTokens.RSA, good()));
    assertThat(TokenKey.of(TestTokens.RSA).signed(other)).isTrue();
    assertThat(TokenKey.of(only).signed(other)).isFalse();
  }

  private static List<String> parts(String token) {
    return List.of(token.split("\\.", -1));
  }
}
