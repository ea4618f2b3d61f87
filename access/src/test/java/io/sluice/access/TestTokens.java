package io.sluice.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An issuer with keys of all types. They are made once: RSA takes its time. */
final class TestTokens {

  static final RSAKey RSA = rsa("rsa-1");
  static final RSAKey OTHER_RSA = rsa("rsa-2");
  static final ECKey EC = ec(Curve.P_256, "ec-1");
  static final KeyPair ED = edwards();

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private TestTokens() {}

  static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException failure) {
      throw new AssertionError(failure);
    }
  }

  static ECKey ec(Curve curve, String id) {
    try {
      return new ECKeyGenerator(curve).keyID(id).generate();
    } catch (JOSEException failure) {
      throw new AssertionError(failure);
    }
  }

  private static KeyPair edwards() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException failure) {
      throw new AssertionError(failure);
    }
  }

  static OctetKeyPair edwardsPublic(String id) {
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(Ed25519.rawKey(ED.getPublic())))
        .keyID(id)
        .build();
  }

  static OctetSequenceKey secret(int bytes) {
    return new OctetSequenceKey.Builder("s".repeat(bytes).getBytes(StandardCharsets.UTF_8)).build();
  }

  /** What a good token says at that time, with some claims changed; null takes one away. */
  static Map<String, Object> claims(Instant now, Object... changes) {
    Map<String, Object> claims = new TreeMap<>();
    claims.put("sub", "ann");
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.getEpochSecond() + 3600);
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1] == null) {
        claims.remove((String) changes[i]);
      } else {
        claims.put((String) changes[i], changes[i + 1]);
      }
    }
    return claims;
  }

  static String sign(JWSAlgorithm algorithm, JWK key, Map<String, Object> claims) {
    return sign(new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), key, claims);
  }

  static String sign(JWSHeader header, JWK key, Map<String, Object> claims) {
    try {
      JWSSigner signer =
          switch (key) {
            case RSAKey rsa -> new RSASSASigner(rsa);
            case ECKey ec -> new ECDSASigner(ec);
            case OctetSequenceKey secret -> new MACSigner(secret);
            default -> throw new AssertionError(key);
          };
      JWSObject token = new JWSObject(header, new Payload(Claims.JSON.writeValueAsString(claims)));
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException failure) {
      throw new AssertionError(failure);
    }
  }

  static String signByEdwards(String header, Map<String, Object> claims) {
    String input = base64(header) + '.' + base64(Claims.JSON.writeValueAsString(claims));
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(ED.getPrivate());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + '.' + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException failure) {
      throw new AssertionError(failure);
    }
  }

  /** The parts as they are given, with this for a signature. */
  static String raw(String header, Map<String, Object> claims, String signature) {
    return base64(header) + '.' + base64(Claims.JSON.writeValueAsString(claims)) + '.' + signature;
  }

  static String base64(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The public halves as an issuer publishes them. */
  static byte[] jwks(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(true).getBytes(StandardCharsets.UTF_8);
  }

  static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
