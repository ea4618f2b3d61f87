package io.sluice.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.jwk.JWK;
import io.sluice.access.Identification.Known;
import io.sluice.access.Identification.Refused;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** No text that the issuer hasn't signed is a token, and what it has signed is read strictly. */
class TokenFuzzTest {

  private static final byte[] SECRET =
      "a secret of the fuzz tests, with more than 64 bytes so that it is good for HS512 too"
          .getBytes(US_ASCII);
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final TokenOptions OPTIONS =
      TokenOptions.of(KeyOptions.NONE.withSecret(new String(SECRET, US_ASCII)))
          .withIssuer("fuzz")
          .withAudiences(Set.of("sluice"))
          .withRolesClaim("realm.roles");
  private static final TokenVerifier VERIFIER =
      new TokenVerifier(OPTIONS, keys(), null, InstantSource.fixed(NOW));
  private static final Duration SKEW = OPTIONS.clockSkew();

  private static KeySet keys() {
    try {
      KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
      rsa.initialize(2048);
      KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
      ec.initialize(new ECGenParameterSpec("secp256r1"));
      JWK rsaKey =
          new com.nimbusds.jose.jwk.RSAKey.Builder((RSAPublicKey) rsa.generateKeyPair().getPublic())
              .keyID("rsa")
              .build();
      JWK ecKey =
          new com.nimbusds.jose.jwk.ECKey.Builder(
                  com.nimbusds.jose.jwk.Curve.P_256, (ECPublicKey) ec.generateKeyPair().getPublic())
              .keyID("ec")
              .build();
      return new KeySet(
          List.of(TokenKey.ofSecret(SECRET), TokenKey.of(rsaKey), TokenKey.of(ecKey)));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /**
   * @param input a token as it is; or, with a line break in it, a header and what it says, to be
   *     signed as HS256 has it
   */
  @DictionaryEntries({
    "\"sub\":\"ann\"",
    "\"exp\":1800000060",
    "\"iat\":1800000000",
    "\"nbf\":1800000000",
    "\"iss\":\"fuzz\"",
    "\"aud\":[\"sluice\"]",
    "\"sluice\":{\"subscribe\":[\"a/**\"]}",
    "\"scope\":\"a b\"",
    "\"realm\":{\"roles\":[\"x\"]}",
    "\"jti\":\"7\"",
    "1e400",
    "\\\\u0000",
    "\"alg\":\"HS256\"",
    "\"alg\":\"none\"",
    "\"alg\":\"RS256\"",
    "\"kid\":\"rsa\"",
    "\"crit\":[]"
  })
  @FuzzTest
  void onlyWhatWasSignedIsBelieved(byte[] input) {
    String text = new String(input, ISO_8859_1);
    int lineBreak = text.indexOf('\n');
    if (lineBreak < 0) {
      assertThat(VERIFIER.verify(text).join()).isInstanceOf(Refused.class);
      return;
    }
    String header = text.substring(0, lineBreak);
    String signed = base64(header) + '.' + base64(text.substring(lineBreak + 1));
    switch (VERIFIER.verify(signed + '.' + BASE64.encodeToString(mac(signed))).join()) {
      case Refused refused -> {
        assertThat(refused.code()).startsWith("token-");
        assertThat(refused.detail()).isNotEmpty().doesNotContain("\r", "\n");
      }
      case Known(Identity who) -> {
        assertThat(header).contains("HS256");
        assertThat(who.subject()).isNotBlank().doesNotMatch("(?s).*\\p{Cntrl}.*");
        assertThat(who.expires()).isAfterOrEqualTo(NOW.minus(SKEW));
        assertThat(who.kind()).isEqualTo(Identity.Kind.TOKEN);
      }
    }
    // The same, but not signed by whom it says.
    assertThat(VERIFIER.verify(signed + '.' + BASE64.encodeToString(new byte[32])).join())
        .isInstanceOf(Refused.class);
    assertThat(VERIFIER.verify(signed + '.').join()).isInstanceOf(Refused.class);
  }

  private static String base64(String latin) {
    return BASE64.encodeToString(latin.getBytes(ISO_8859_1));
  }

  private static byte[] mac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
      return mac.doFinal(text.getBytes(US_ASCII));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
