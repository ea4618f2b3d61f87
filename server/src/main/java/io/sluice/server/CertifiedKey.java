package io.sluice.server;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A private key, the certificate that says whose it is, and those that vouch for that one.
 *
 * <p>Immutable.
 *
 * @param key the first certificate's
 * @param chain the server's certificate, then that of its issuer, and so on
 */
record CertifiedKey(PrivateKey key, List<X509Certificate> chain) {

  private static final byte[] PROBE = new byte[32];

  CertifiedKey {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a key without a certificate");
    }
  }

  /**
   * Reads both from PEM files; they may be the same file.
   *
   * @throws UnusableCertificateException naming the file and what is wrong with it
   */
  static CertifiedKey read(CertificateFiles files) {
    List<X509Certificate> chain = readChain(files);
    PrivateKey key = readKey(files);
    if (!fits(key, chain.getFirst().getPublicKey())) {
      for (int i = 1; i < chain.size(); i++) {
        if (fits(key, chain.get(i).getPublicKey())) {
          throw new UnusableCertificateException(
              files.certificatePath()
                  + ": the key's certificate is number "
                  + (i + 1)
                  + " of it, and must be the first");
        }
      }
      throw new UnusableCertificateException(
          files.keyPath()
              + ": the key doesn't fit the certificate in "
              + files.certificatePath()
              + ", which is "
              + chain.getFirst().getSubjectX500Principal());
    }
    return new CertifiedKey(key, chain);
  }

  private static List<X509Certificate> readChain(CertificateFiles files) {
    String path = files.certificatePath().toString();
    List<X509Certificate> chain = new ArrayList<>();
    for (Pem block : blocks(path, files.certificateText())) {
      if (block.label().equals("CERTIFICATE")) {
        chain.add(certificate(path, chain.size() + 1, block.content()));
      }
    }
    if (chain.isEmpty()) {
      throw new UnusableCertificateException(
          path
              + ": there is no CERTIFICATE in this PEM file, it has "
              + labels(path, files.certificateText()));
    }
    return chain;
  }

  private static X509Certificate certificate(String path, int number, byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new UnusableCertificateException(
          path + ": certificate number " + number + " of it is damaged", e);
    }
  }

  private static PrivateKey readKey(CertificateFiles files) {
    String path = files.keyPath().toString();
    List<Pem> keys = blocks(path, files.keyText()).stream().filter(PrivateKeys::isKey).toList();
    if (keys.size() != 1) {
      throw new UnusableCertificateException(
          path
              + ": there must be one PRIVATE KEY in this PEM file, it has "
              + labels(path, files.keyText()));
    }
    try {
      return PrivateKeys.read(keys.getFirst());
    } catch (IllegalArgumentException e) {
      throw new UnusableCertificateException(path + ": " + e.getMessage(), e);
    }
  }

  private static List<Pem> blocks(String path, String text) {
    List<Pem> blocks;
    try {
      blocks = Pem.blocks(text);
    } catch (IllegalArgumentException e) {
      throw new UnusableCertificateException(path + ": " + e.getMessage(), e);
    }
    if (blocks.isEmpty()) {
      throw new UnusableCertificateException(
          path
              + ": this isn't a PEM file, which has a line -----BEGIN …-----;"
              + " `openssl x509 -inform DER` and `openssl pkcs12` turn other forms into PEM");
    }
    return blocks;
  }

  private static String labels(String path, String text) {
    return blocks(path, text).stream().map(Pem::label).toList().toString();
  }

  // What one of a pair has signed the other one can verify.
  private static boolean fits(PrivateKey key, PublicKey certified) {
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> certified.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // not even of the same kind
    }
  }

  /** The server's own certificate. */
  X509Certificate certificate() {
    return chain.getFirst();
  }

  /** What is known of the server's certificate by people: SHA-256, {@code 3F:A0:…}. */
  String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }

  /** What clients will dislike, though the server can work with it; empty if nothing. */
  List<String> warnings(Instant now) {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate one = chain.get(i);
      String name = "certificate number " + (i + 1) + ", " + one.getSubjectX500Principal();
      Instant from = one.getNotBefore().toInstant();
      Instant until = one.getNotAfter().toInstant();
      if (now.isAfter(until)) {
        warnings.add(name + ", has expired on " + until);
      } else if (now.isBefore(from)) {
        warnings.add(name + ", isn't valid before " + from);
      }
      if (i > 0
          && !chain.get(i - 1).getIssuerX500Principal().equals(one.getSubjectX500Principal())) {
        warnings.add(name + ", hasn't issued the one before it");
      }
    }
    return warnings;
  }
}
