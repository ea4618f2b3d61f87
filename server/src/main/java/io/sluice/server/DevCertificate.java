package io.sluice.server;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Makes a certificate for {@code localhost}, 127.0.0.1 and ::1 that nobody has signed but itself
 * (RFC 5280). It is for development: the key is never written anywhere, and is another one after
 * each start. Stateless.
 */
final class DevCertificate {

  /** A process that runs for longer isn't development. */
  private static final Duration VALID = Duration.ofDays(365);

  // Clocks of the same machine agree, but containers and virtual machines have clocks of their own.
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);

  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final int VERSION_3 = 2;
  private static final byte DIGITAL_SIGNATURE = (byte) 0x80;
  private static final int BITS_AFTER_DIGITAL_SIGNATURE = 7;

  private DevCertificate() {}

  /** Makes a key and its certificate, valid for a year. */
  static CertifiedKey create(Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] content = content(pair.getPublic().getEncoded(), now);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(content);
      byte[] certificate = Der.sequence(content, algorithm(), Der.bits(signature.sign(), 0));
      return new CertifiedKey(
          pair.getPrivate(),
          List.of(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(certificate))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has P-256 and X.509", e);
    }
  }

  private static byte[] content(byte[] publicKey, Instant now) {
    // 64 bits that nobody can guess, and positive (RFC 5280, section 4.1.2.2).
    BigInteger serial = new BigInteger(64, new SecureRandom()).setBit(64);
    byte[] name =
        Der.sequence(
            Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.text("Sluice development"))));
    return Der.sequence(
        Der.explicit(0, Der.integer(VERSION_3)),
        Der.integer(serial),
        algorithm(),
        name,
        Der.sequence(Der.time(now.minus(CLOCK_SKEW)), Der.time(now.plus(VALID))),
        name,
        publicKey,
        Der.explicit(
            3,
            Der.sequence(
                extension(BASIC_CONSTRAINTS, true, Der.sequence()),
                extension(
                    KEY_USAGE,
                    true,
                    Der.bits(new byte[] {DIGITAL_SIGNATURE}, BITS_AFTER_DIGITAL_SIGNATURE)),
                extension(
                    EXTENDED_KEY_USAGE, false, Der.sequence(Der.identifier(SERVER_AUTHENTICATION))),
                extension(ALTERNATIVE_NAMES, false, names()))));
  }

  private static byte[] names() {
    byte[] loopback6 = new byte[16];
    loopback6[15] = 1;
    return Der.sequence(
        Der.implicit(DNS_NAME, "localhost".getBytes(StandardCharsets.US_ASCII)),
        Der.implicit(IP_ADDRESS, new byte[] {127, 0, 0, 1}),
        Der.implicit(IP_ADDRESS, loopback6));
  }

  private static byte[] extension(String identifier, boolean critical, byte[] value) {
    byte[] name = Der.identifier(identifier);
    return critical
        ? Der.sequence(name, Der.isTrue(), Der.octets(value))
        : Der.sequence(name, Der.octets(value));
  }

  private static byte[] algorithm() {
    return Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
  }
}
