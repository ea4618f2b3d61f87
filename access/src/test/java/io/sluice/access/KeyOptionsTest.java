package io.sluice.access;

import static io.sluice.access.Answers.code;
import static io.sluice.access.Answers.known;
import static io.sluice.access.TestTokens.claims;
import static io.sluice.access.TestTokens.pem;
import static io.sluice.access.TestTokens.sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as settings give them: which are taken, and what is said of those that aren't. */
class KeyOptionsTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;
  private final TestClock clock = new TestClock();

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private TokenVerifier open(KeyOptions keys) {
    return TokenVerifier.open(TokenOptions.of(keys), clock);
  }

  @Test
  void aSecretThatIsTooShortIsRefusedWithBothLengths() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyOptions.NONE.withSecret("too short"))
        .withMessageContainingAll("9 bytes", "32", "openssl rand")
        .satisfies(refusal -> assertThat(refusal).hasMessageNotContaining("too short"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyOptions.NONE.withSecret(SECRET.substring(1)));
    assertThat(KeyOptions.NONE.withSecret(SECRET).secret()).hasSize(32);
  }

  @Test
  void aFilesSecretHasNoLinesEnd() throws IOException {
    for (String end : List.of("", "\n", "\r\n")) {
      assertThat(KeyOptions.NONE.withSecretFile(file("secret", SECRET + end)).secret())
          .asString()
          .isEqualTo(SECRET);
    }
    // What else there is belongs to it, and doesn't make up for what is missing.
    assertThat(KeyOptions.NONE.withSecretFile(file("secret", SECRET + "\n\n")).secret())
        .hasSize(33);
    Path tooShort = file("secret", SECRET.substring(1) + '\n');
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyOptions.NONE.withSecretFile(tooShort))
        .withMessageContaining("31 bytes");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyOptions.NONE.withSecretFile(missing))
        .withMessageContaining(missing.toString());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(KeyOptions.NONE.withKeysFiles(List.of(missing))))
        .withMessageContaining(missing.toString());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(KeyOptions.NONE.withJwksFile(missing)))
        .withMessageContaining(missing.toString());
  }

  @Test
  void aFileThatIsNoFileOfKeysIsNotReadWhole() throws IOException {
    Path large = folder.resolve("large");
    Files.write(large, new byte[KeyOptions.MAX_FILE_BYTES + 1]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyOptions.NONE.withSecretFile(large))
        .withMessageContaining("1048576");
  }

  @Test
  void publicKeysOfAllTypesAreReadFromPem() throws Exception {
    Path rsaAndEd =
        file(
            "two.pem",
            "a comment\n"
                + pem("PUBLIC KEY", TestTokens.RSA.toRSAPublicKey().getEncoded())
                + pem("PUBLIC KEY", TestTokens.ED.getPublic().getEncoded()));
    Path ec = file("ec.pem", pem("PUBLIC KEY", TestTokens.EC.toECPublicKey().getEncoded()));
    try (TokenVerifier verifier = open(KeyOptions.NONE.withKeysFiles(List.of(rsaAndEd, ec)))) {
      known(verifier.verify(sign(JWSAlgorithm.RS256, TestTokens.RSA, claims(clock.instant()))));
      known(verifier.verify(sign(JWSAlgorithm.ES256, TestTokens.EC, claims(clock.instant()))));
      known(
          verifier.verify(
              TestTokens.signByEdwards("{\"alg\":\"EdDSA\"}", claims(clock.instant()))));
      assertThat(
              code(
                  verifier.verify(
                      sign(JWSAlgorithm.RS256, TestTokens.OTHER_RSA, claims(clock.instant())))))
          .isEqualTo("token-signature");
    }
  }

  @Test
  void theKeyOfACertificateIsRead() throws Exception {
    // Made with openssl for a day: its dates don't matter. The key is for this test alone.
    try (TokenVerifier verifier =
        open(KeyOptions.NONE.withKeysFiles(List.of(file("cert.pem", CERTIFICATE))))) {
      ECKey key = ECKey.parse(CERTIFICATE_KEY);
      known(verifier.verify(sign(JWSAlgorithm.ES256, key, claims(clock.instant()))));
    }
  }

  @Test
  void aPrivateKeyIsRefusedWithWhatToDo() throws Exception {
    Path secret =
        file("private.pem", pem("PRIVATE KEY", TestTokens.RSA.toRSAPrivateKey().getEncoded()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(KeyOptions.NONE.withKeysFiles(List.of(secret))))
        .withMessageContainingAll("private.pem", "openssl pkey");
  }

  @Test
  void pemThatHoldsNoKeyIsRefused() throws Exception {
    byte[] smallKey = rsa(1024);
    for (String text :
        List.of(
            "",
            "hello",
            pem("RSA PUBLIC KEY", new byte[100]),
            pem("PUBLIC KEY", new byte[100]),
            pem("CERTIFICATE", new byte[100]),
            pem("PUBLIC KEY", smallKey))) {
      Path file = file("bad.pem", text);
      assertThatIllegalArgumentException()
          .as(text)
          .isThrownBy(() -> open(KeyOptions.NONE.withKeysFiles(List.of(file))))
          .withMessageContaining("bad.pem");
    }
  }

  private static byte[] rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair().getPublic().getEncoded();
  }

  @Test
  void aKeyWhosePointIsNotOnItsCurveIsRefused() throws Exception {
    byte[] key = TestTokens.EC.toECPublicKey().getEncoded();
    key[key.length - 1] ^= 1;
    Path file = file("off.pem", pem("PUBLIC KEY", key));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(KeyOptions.NONE.withKeysFiles(List.of(file))))
        .withMessageContaining("off.pem")
        .withMessageContaining("curve");
  }

  @Test
  void aSetOfKeysIsReadFromAFile() throws Exception {
    OctetSequenceKey secret =
        new OctetSequenceKey.Builder(SECRET.getBytes(StandardCharsets.UTF_8))
            .keyID("shared")
            .build();
    ECKey foreign = TestTokens.ec(Curve.P_521, "ec-521");
    // A private half in it is of no harm and no use.
    Path set =
        file(
            "set.json",
            new JWKSet(List.of(secret, TestTokens.RSA, TestTokens.edwardsPublic("ed"), foreign))
                .toString(false));
    try (TokenVerifier verifier = open(KeyOptions.NONE.withJwksFile(set))) {
      known(verifier.verify(sign(JWSAlgorithm.HS256, secret, claims(clock.instant()))));
      known(verifier.verify(sign(JWSAlgorithm.PS384, TestTokens.RSA, claims(clock.instant()))));
      known(verifier.verify(sign(JWSAlgorithm.ES512, foreign, claims(clock.instant()))));
      known(
          verifier.verify(
              TestTokens.signByEdwards(
                  "{\"alg\":\"Ed25519\",\"kid\":\"ed\"}", claims(clock.instant()))));
      JWSHeader otherName = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("other").build();
      assertThat(code(verifier.verify(sign(otherName, secret, claims(clock.instant())))))
          .isEqualTo("token-signature");
    }
  }

  @Test
  void aSetWithoutAKeyOfUseSaysWhy() throws Exception {
    Path set =
        file(
            "set.json",
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"},{\"kty\":\"EC\",\"crv\":\"secp256k1\","
                + "\"x\":\"AA\",\"y\":\"AA\"},{\"kty\":\"XX\"}]}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(KeyOptions.NONE.withJwksFile(set)))
        .withMessageContainingAll("set.json", "5 bytes", "32")
        .satisfies(refusal -> assertThat(refusal).hasMessageNotContaining("c2hvcnQ"));
  }

  @Test
  void aSetHasABound() throws Exception {
    Path set = file("set.json", "{\"keys\":[" + "{},".repeat(JwkSet.MAX_KEYS) + "{}]}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(KeyOptions.NONE.withJwksFile(set)))
        .withMessageContainingAll("101", "100");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://id.example/keys",
        "http://127.0.0.1.id.example/keys",
        "http://localhost.id.example/keys",
        "ftp://id.example/keys",
        "file:///etc/keys",
        "https:/keys",
        "keys",
        "https://user:secret@id.example/keys",
        "https://id.example/keys#a"
      })
  void anUrlThatCouldBeListenedToIsRefused(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyOptions.NONE.withJwks(URI.create(url)))
        .satisfies(refusal -> assertThat(refusal).hasMessageNotContaining("secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://id.example/keys",
        "HTTPS://id.example/keys?x=1",
        "http://localhost:8080/keys",
        "http://127.0.0.1/keys",
        "http://[::1]:8080/keys"
      })
  void anUrlThatCannotBeListenedToIsTaken(String url) {
    assertThat(KeyOptions.NONE.withJwks(URI.create(url)).jwks()).isEqualTo(URI.create(url));
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> TokenOptions.of(KeyOptions.NONE));
    TokenOptions good = TokenOptions.of(KeyOptions.NONE.withSecret(SECRET));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> good.withClockSkew(Duration.ofSeconds(301)))
        .withMessageContainingAll("301", "300");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> good.withClockSkew(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> good.withIssuer(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> good.withAudiences(Set.of("")));
    assertThatIllegalArgumentException().isThrownBy(() -> good.withRolesClaim(""));
  }

  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBhjCCAS2gAwIBAgIUTVbwd6p9Z4H2bo3upC6T3XJis6owCgYIKoZIzj0EAwIw
      GTEXMBUGA1UEAwwOaXNzdWVyLmV4YW1wbGUwHhcNMjYxMTI0MTUzMjMzWhcNMjYx
      MTI1MTUzMjMzWjAZMRcwFQYDVQQDDA5pc3N1ZXIuZXhhbXBsZTBZMBMGByqGSM49
      AgEGCCqGSM49AwEHA0IABBDXM39+wF4ZtH3QcqRx4nt/n8njzUZshU6hxiNGvgLc
      9YwZiFOjyIqXmePefQT0oL3HDaiAMRmBHdLUwlFOnN6jUzBRMB0GA1UdDgQWBBRO
      8ngji3mrXWjGZU2ij1p0Fna8pTAfBgNVHSMEGDAWgBRO8ngji3mrXWjGZU2ij1p0
      Fna8pTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIF4XrzPBMNc8
      avEnTJdUC6b2P0RFIlFS6iame9c04u35AiAP2oEFp1Tx5ouRuVoksP9r7cSG5gZ/
      5q1MAYpssdMAVg==
      -----END CERTIFICATE-----
      """;

  private static final String CERTIFICATE_KEY =
      """
      {"kty":"EC","crv":"P-256","x":"ENczf37AXhm0fdBypHHie3-fyePNRmyFTqHGI0a-Atw",
      "y":"9YwZiFOjyIqXmePefQT0oL3HDaiAMRmBHdLUwlFOnN4",
      "d":"1tvjnCWqmx7vWttshU3PluHyloaWDvMiYshbKoOSxZU"}
      """;
}
