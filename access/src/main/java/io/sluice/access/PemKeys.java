package io.sluice.access;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads public keys and certificates from PEM files (RFC 7468). A certificate is a wrapping for its
 * key: who put it into the settings trusts it, so its dates and signers aren't looked at.
 */
final class PemKeys {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private PemKeys() {}

  /**
   * All keys of a file.
   *
   * @throws IllegalArgumentException if it can't be read, or a block in it is of no use here
   */
  static List<TokenKey> read(Path file) {
    // ISO 8859-1 reads any bytes: a file in DER then has no block, and is told so.
    String text = new String(KeyOptions.read(file), StandardCharsets.ISO_8859_1);
    List<TokenKey> keys = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      try {
        byte[] der = Base64.getMimeDecoder().decode(block.group(2));
        keys.add(TokenKey.of(jwk(publicKey(block.group(1), der))));
      } catch (GeneralSecurityException | IllegalArgumentException wrong) {
        throw new IllegalArgumentException(
            file + ": the " + block.group(1) + " in it " + wrong.getMessage(), wrong);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          file + " has no key: it must be PEM with -----BEGIN PUBLIC KEY----- or CERTIFICATE");
    }
    return keys;
  }

  private static PublicKey publicKey(String label, byte[] der) throws GeneralSecurityException {
    if (label.equals("CERTIFICATE")) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der))
          .getPublicKey();
    }
    if (label.endsWith("PRIVATE KEY")) {
      throw new IllegalArgumentException(
          "is one that signs; give the hub the public half only:"
              + " openssl pkey -in private.pem -pubout -out public.pem");
    }
    if (!label.equals("PUBLIC KEY")) {
      throw new IllegalArgumentException(
          "isn't a PUBLIC KEY or CERTIFICATE; for RSA PUBLIC KEY:"
              + " openssl rsa -RSAPublicKey_in -in key.pem -pubout -out public.pem");
    }
    InvalidKeySpecException last = null;
    for (String type : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(der));
      } catch (InvalidKeySpecException another) {
        // The key itself says of which type it is; the next one may be it.
        last = another;
      }
    }
    throw new IllegalArgumentException(
        "is no key of RSA, a curve P-256 to P-521, or Ed25519", last);
  }

  private static JWK jwk(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> new RSAKey.Builder(rsa).build();
      case ECPublicKey ec -> ofCurve(ec);
      case EdECPublicKey edwards ->
          new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(Ed25519.rawKey(edwards)))
              .build();
      default ->
          throw new IllegalArgumentException(
              "has a key of a type not known: " + key.getAlgorithm());
    };
  }

  private static JWK ofCurve(ECPublicKey key) {
    Curve curve = curve(key);
    try {
      return new ECKey.Builder(curve, key).build();
    } catch (IllegalStateException off) {
      throw new IllegalArgumentException("has a point that isn't on its curve " + curve, off);
    }
  }

  private static Curve curve(ECPublicKey key) {
    Curve curve = Curve.forECParameterSpec(key.getParams());
    if (curve == null) {
      throw new IllegalArgumentException("is on a curve that isn't P-256, P-384 or P-521");
    }
    return curve;
  }
}
