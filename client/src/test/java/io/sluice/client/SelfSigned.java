package io.sluice.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate that nobody has signed but itself, the one that players in JavaScript show. */
final class SelfSigned {

  private static final Path FILE =
      Path.of("..", "clients-conformance", "hostile", "self-signed.pem");

  private SelfSigned() {}

  /** A server's. */
  static SSLContext context() throws IOException {
    String pem = Files.readString(FILE);
    try {
      PrivateKey key = key(Base64.getMimeDecoder().decode(part(pem, "PRIVATE KEY")));
      Certificate certificate =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(
                      ("-----BEGIN CERTIFICATE-----\n"
                              + part(pem, "CERTIFICATE")
                              + "-----END CERTIFICATE-----\n")
                          .getBytes(StandardCharsets.US_ASCII)));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("key", key, new char[0], new Certificate[] {certificate});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(FILE + " has no key and certificate", e);
    }
  }

  private static PrivateKey key(byte[] der) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    } catch (GeneralSecurityException e) {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }
  }

  private static String part(String pem, String name) {
    String begin = "-----BEGIN " + name + "-----\n";
    int start = pem.indexOf(begin) + begin.length();
    return pem.substring(start, pem.indexOf("-----END", start));
  }
}
