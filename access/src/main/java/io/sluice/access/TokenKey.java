package io.sluice.access;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that tokens may be signed with, and the algorithms that it is for. These follow from the
 * key, never from a token: a public key is no HMAC secret, whatever a token's header says.
 *
 * <p>Immutable. Two of the same key are equal.
 */
final class TokenKey {

  private static final int MIN_RSA_BITS = 2048;
  // A signature's cost grows with the square of the key.
  private static final int MAX_RSA_BITS = 8192;

  /** Checks a signature; what can't be checked throws. */
  private interface Check {
    boolean verify(JWSHeader header, byte[] input, Base64URL signature) throws JOSEException;
  }

  private final @Nullable String id;
  private final Set<JWSAlgorithm> algorithms;
  private final String thumbprint;
  private final Check check;

  private TokenKey(JWK key, Set<JWSAlgorithm> algorithms, Check check) throws JOSEException {
    this.id = key.getKeyID();
    this.algorithms = algorithms;
    this.thumbprint = key.computeThumbprint().toString();
    this.check = check;
  }

  /**
   * @throws IllegalArgumentException if the key is for something else, too weak or wrong; the
   *     message goes on from "a key"
   */
  static TokenKey of(JWK key) {
    Set<KeyOperation> operations = key.getKeyOperations();
    if (KeyUse.ENCRYPTION.equals(key.getKeyUse())
        || (operations != null && !operations.contains(KeyOperation.VERIFY))) {
      throw new IllegalArgumentException("isn't for signatures");
    }
    try {
      return switch (key) {
        case OctetSequenceKey secret -> ofSecret(secret);
        case RSAKey rsa -> ofRsa(rsa);
        case ECKey ec -> ofCurve(ec);
        case OctetKeyPair pair -> ofEdwards(pair);
        default -> throw new IllegalArgumentException("has a type that isn't known here");
      };
    } catch (JOSEException | IllegalStateException wrong) {
      throw new IllegalArgumentException("can't be used: " + wrong.getMessage(), wrong);
    }
  }

  /** A secret shared with who makes the tokens. */
  static TokenKey ofSecret(byte[] secret) {
    return of(new OctetSequenceKey.Builder(KeyOptions.checkSecret(secret)).build());
  }

  private static TokenKey ofSecret(OctetSequenceKey secret) throws JOSEException {
    byte[] bytes = KeyOptions.checkSecret(secret.toByteArray());
    // RFC 7518, section 3.2: a key as long as the hash at least.
    Set<JWSAlgorithm> fitting = new LinkedHashSet<>(Set.of(JWSAlgorithm.HS256));
    if (bytes.length >= 48) {
      fitting.add(JWSAlgorithm.HS384);
    }
    if (bytes.length >= 64) {
      fitting.add(JWSAlgorithm.HS512);
    }
    return new TokenKey(secret, narrowed(secret, fitting), new MACVerifier(bytes)::verify);
  }

  private static TokenKey ofRsa(RSAKey key) throws JOSEException {
    int bits = key.toRSAPublicKey().getModulus().bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new IllegalArgumentException(
          "has " + bits + " bits, RSA needs " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
    }
    Set<JWSAlgorithm> fitting =
        Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512);
    return new TokenKey(
        key.toPublicJWK(),
        narrowed(key, fitting),
        new RSASSAVerifier(key.toRSAPublicKey())::verify);
  }

  private static TokenKey ofCurve(ECKey key) throws JOSEException {
    Curve curve = key.getCurve();
    JWSAlgorithm only;
    if (Curve.P_256.equals(curve)) {
      only = JWSAlgorithm.ES256;
    } else if (Curve.P_384.equals(curve)) {
      only = JWSAlgorithm.ES384;
    } else if (Curve.P_521.equals(curve)) {
      only = JWSAlgorithm.ES512;
    } else {
      throw new IllegalArgumentException(
          "is on the curve " + curve + "; known are P-256, P-384 and P-521");
    }
    return new TokenKey(
        key.toPublicJWK(),
        narrowed(key, Set.of(only)),
        new ECDSAVerifier(key.toECPublicKey())::verify);
  }

  private static TokenKey ofEdwards(OctetKeyPair key) throws JOSEException {
    if (!Curve.Ed25519.equals(key.getCurve())) {
      throw new IllegalArgumentException(
          "is on the curve " + key.getCurve() + "; known is Ed25519");
    }
    Ed25519 signatures = new Ed25519(key.getDecodedX());
    return new TokenKey(
        key.toPublicJWK(),
        narrowed(key, Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519)),
        (header, input, signature) -> signatures.verify(input, signature.decode()));
  }

  // A key that names its algorithm (RFC 7517, section 4.4) is for no other one.
  private static Set<JWSAlgorithm> narrowed(JWK key, Set<JWSAlgorithm> fitting) {
    Algorithm named = key.getAlgorithm();
    if (named == null) {
      return Set.copyOf(fitting);
    }
    for (JWSAlgorithm algorithm : fitting) {
      if (algorithm.getName().equals(named.getName())) {
        return Set.of(algorithm);
      }
    }
    throw new IllegalArgumentException(
        "says that it is for " + named + ", which it can't be; fitting are " + fitting);
  }

  /** What tokens name it by in {@code kid}; null if it has no name. */
  @Nullable String id() {
    return id;
  }

  Set<JWSAlgorithm> algorithms() {
    return algorithms;
  }

  boolean isSecret() {
    return algorithms.stream().anyMatch(JWSAlgorithm.Family.HMAC_SHA::contains);
  }

  /** Whether the token was signed with it. */
  boolean signed(SignedToken token) {
    if (!algorithms.contains(token.algorithm())) {
      return false;
    }
    try {
      return check.verify(token.header(), token.signingInput(), token.signature());
    } catch (JOSEException unusable) {
      return false; // such as a signature of the wrong length
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenKey that
        && thumbprint.equals(that.thumbprint)
        && algorithms.equals(that.algorithms)
        && Objects.equals(id, that.id);
  }

  @Override
  public int hashCode() {
    return thumbprint.hashCode();
  }

  /** Names nobody's secrets. */
  @Override
  public String toString() {
    return (id == null ? "key without a name " : "key " + id + ' ') + algorithms;
  }
}
