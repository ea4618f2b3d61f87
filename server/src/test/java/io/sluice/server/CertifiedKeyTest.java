package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertifiedKeyTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Path CERTIFICATE = Path.of("cert.pem");
  private static final Path KEY = Path.of("key.pem");

  private final CertifiedKey made = DevCertificate.create(NOW);
  private final String certificate = certificatePem(made);
  private final String key = keyPem(made);

  static String certificatePem(CertifiedKey key) {
    try {
      return Pem.text("CERTIFICATE", key.certificate().getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String keyPem(CertifiedKey key) {
    return Pem.text("PRIVATE KEY", key.key().getEncoded());
  }

  private static CertifiedKey read(String certificate, String key) {
    return CertifiedKey.read(new CertificateFiles(CERTIFICATE, certificate, KEY, key));
  }

  private static void refused(String certificate, String key, String... words) {
    assertThatThrownBy(() -> read(certificate, key))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void readsACertificateAndItsKey() {
    CertifiedKey read = read(certificate, key);

    assertThat(read.chain()).isEqualTo(made.chain());
    assertThat(read.key()).isEqualTo(made.key());
    assertThat(read.fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
  }

  @Test
  void readsBothFromOneFileWithTextAroundThem() {
    String all = "Bag Attributes\n" + key + "subject=CN = localhost\r\n" + certificate;

    assertThat(read(all, all).chain()).isEqualTo(made.chain());
  }

  @Test
  void readsLinesThatEndAsOnWindows() {
    assertThat(read(certificate.replace("\n", "\r\n"), key.replace("\n", "\r\n")).key())
        .isEqualTo(made.key());
  }

  @Test
  void readsKeysOfEllipticCurvesInTheirOwnForm() {
    ECPrivateKey curve = (ECPrivateKey) made.key();
    byte[] number = new byte[32];
    byte[] digits = curve.getS().toByteArray();
    int length = Math.min(32, digits.length);
    System.arraycopy(digits, digits.length - length, number, 32 - length, length);
    byte[] sec1 =
        Der.sequence(
            Der.integer(1),
            Der.octets(number),
            Der.explicit(0, Der.identifier("1.2.840.10045.3.1.7")));
    String parameters = Pem.text("EC PARAMETERS", Der.identifier("1.2.840.10045.3.1.7"));

    CertifiedKey read = read(certificate, parameters + Pem.text("EC PRIVATE KEY", sec1));
    assertThat(((ECPrivateKey) read.key()).getS()).isEqualTo(curve.getS());
  }

  @Test
  void readsRsaKeysInTheirOwnForm() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PrivateKey rsa = generator.generateKeyPair().getPrivate();
    // What PKCS#8 puts before it: its own head, a version, the algorithm and the string's head.
    byte[] pkcs1 = Arrays.copyOfRange(rsa.getEncoded(), 26, rsa.getEncoded().length);

    assertThat(PrivateKeys.read(new Pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(rsa);
    assertThat(PrivateKeys.read(new Pem("PRIVATE KEY", rsa.getEncoded()))).isEqualTo(rsa);
  }

  @Test
  void namesTheFileThatIsNotPem() {
    refused("0\202\001\012", key, "cert.pem", "isn't a PEM file");
    refused(certificate, "", "key.pem", "isn't a PEM file");
  }

  @Test
  void namesTheFileThatHasSomethingElse() {
    refused(key, key, "cert.pem", "no CERTIFICATE", "[PRIVATE KEY]");
    refused(certificate, certificate, "key.pem", "one PRIVATE KEY", "[CERTIFICATE]");
    refused(certificate, key + key, "key.pem", "[PRIVATE KEY, PRIVATE KEY]");
  }

  @Test
  void namesTheFileThatIsDamaged() {
    refused(Pem.text("CERTIFICATE", new byte[100]), key, "cert.pem", "number 1", "damaged");
    refused(certificate, Pem.text("PRIVATE KEY", new byte[100]), "key.pem", "damaged");
    refused(certificate, Pem.text("EC PRIVATE KEY", new byte[100]), "key.pem", "curves");
    refused("-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----", key, "cert.pem", "Base64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY"})
  void saysThatAnEncryptedKeyCannotBeRead(String label) {
    String pem =
        label.startsWith("ENCRYPTED")
            ? Pem.text(label, new byte[100])
            : "-----BEGIN "
                + label
                + "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END "
                + label
                + "-----\n";
    refused(certificate, pem, "key.pem", "encrypted", "password");
  }

  @Test
  void saysWhenTheKeyIsAnotherOnes() throws Exception {
    refused(
        certificate,
        keyPem(DevCertificate.create(NOW)),
        "key.pem",
        "doesn't fit",
        "cert.pem",
        "CN=Sluice development");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    refused(
        certificate,
        Pem.text("PRIVATE KEY", generator.generateKeyPair().getPrivate().getEncoded()),
        "key.pem",
        "doesn't fit");
  }

  @Test
  void saysWhenTheChainIsTheWrongWayRound() {
    refused(certificatePem(DevCertificate.create(NOW)) + certificate, key, "number 2", "first");
  }

  @Test
  void messagesNeverHaveAnythingOfAKey() {
    String secret = key.lines().skip(1).findFirst().orElseThrow();
    for (String bad : List.of(key, key.replace("PRIVATE KEY", "ODD PRIVATE KEY"))) {
      assertThatThrownBy(() -> read(bad, bad))
          .satisfies(e -> assertThat(e.toString()).doesNotContain(secret.substring(0, 16)));
    }
    assertThat(new CertificateFiles(CERTIFICATE, certificate, KEY, key).toString())
        .doesNotContain(secret);
    assertThat(Pem.blocks(key).toString()).isEqualTo("[Pem[PRIVATE KEY]]");
  }

  @Test
  void warnsOfWhatClientsWillRefuse() {
    assertThat(made.warnings(NOW)).isEmpty();
    assertThat(made.warnings(NOW.plusSeconds(366L * 86_400)))
        .singleElement()
        .asString()
        .contains("has expired", "2027-03-01");
    assertThat(made.warnings(NOW.minusSeconds(2 * 86_400)))
        .singleElement()
        .asString()
        .contains("isn't valid before");
  }

  @Test
  void makesTheSerialNumberAndDatesThatTheStandardWants() {
    assertThat(made.certificate().getSerialNumber()).isGreaterThan(BigInteger.ZERO);
    assertThat(made.certificate().getVersion()).isEqualTo(3);
    assertThat(made.certificate().getBasicConstraints()).isEqualTo(-1);
    // Past 2049 the form of dates is another one.
    CertifiedKey later = DevCertificate.create(Instant.parse("2060-01-01T00:00:00Z"));
    assertThat(later.certificate().getNotAfter().toInstant()).isEqualTo("2060-12-31T00:00:00Z");
  }

  @Test
  void namesAllThatThisMachineIsCalled() throws Exception {
    assertThat(made.certificate().getSubjectAlternativeNames())
        .extracting(name -> name.get(1).toString())
        .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    made.certificate().verify(made.certificate().getPublicKey());
  }
}
