package io.sluice.server;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * Reads private keys from what tools write: PKCS#8 (RFC 5958), and the older forms that have a
 * label of their own for RSA (PKCS#1, RFC 8017) and elliptic curves (RFC 5915). Stateless.
 */
final class PrivateKeys {

  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String ELLIPTIC_CURVE = "1.2.840.10045.2.1";
  // The named curves of TLS that the JDK has.
  private static final List<String> CURVES =
      List.of("1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private PrivateKeys() {}

  /** Whether a block is a private key in any form, encrypted ones included. */
  static boolean isKey(Pem block) {
    return block.label().endsWith("PRIVATE KEY");
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if it can't be read; the message says what it is instead
   */
  static PrivateKey read(Pem block) {
    return switch (block.label()) {
      case "PRIVATE KEY" -> ofPkcs8(block.content());
      case "RSA PRIVATE KEY" -> ofPkcs8(wrapRsa(block.content()));
      case "EC PRIVATE KEY" -> ofCurve(block.content());
      default -> {
        if (block.label().startsWith("ENCRYPTED ")) {
          throw new IllegalArgumentException(
              "its key is encrypted, and nobody is here to type the password;"
                  + " `openssl pkey` writes it without one");
        }
        throw new IllegalArgumentException(
            "its " + block.label() + " isn't a form of key that TLS has");
      }
    };
  }

  private static PrivateKey ofPkcs8(byte[] der) {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        // It is another one's, or nobody's.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has " + algorithm, e);
      }
    }
    throw new IllegalArgumentException(
        "its key is damaged, or of a kind that isn't RSA, EC or EdDSA");
  }

  private static byte[] wrapRsa(byte[] pkcs1) {
    return Der.sequence(
        Der.integer(0), Der.sequence(Der.identifier(RSA), Der.nothing()), Der.octets(pkcs1));
  }

  // The curve stands in the key too, but optionally, and the JDK wants it outside. It refuses a key
  // whose number doesn't fit a smaller curve or that names another one; the certificate has the
  // last word.
  private static PrivateKey ofCurve(byte[] sec1) {
    for (String curve : CURVES) {
      byte[] name = Der.identifier(curve);
      if (contains(sec1, name)) {
        return ofPkcs8(
            Der.sequence(
                Der.integer(0),
                Der.sequence(Der.identifier(ELLIPTIC_CURVE), name),
                Der.octets(sec1)));
      }
    }
    throw new IllegalArgumentException(
        "its EC key doesn't name one of the curves P-256, P-384 and P-521;"
            + " `openssl pkcs8 -topk8 -nocrypt` writes it so that it does");
  }

  private static boolean contains(byte[] content, byte[] part) {
    for (int i = 0; i + part.length <= content.length; i++) {
      if (Arrays.equals(content, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
