package io.sluice.access;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * Signatures by Ed25519 (RFC 8032) with the JDK's own code: nimbus asks for another library.
 *
 * <p>Immutable.
 */
final class Ed25519 {

  private static final int KEY_BYTES = 32;

  // RFC 8410, section 4: all that stands before a key's 32 bytes in its SubjectPublicKeyInfo.
  private static final byte[] KEY_INFO = HexFormat.of().parseHex("302a300506032b6570032100");

  private final PublicKey key;

  /**
   * @throws IllegalArgumentException if these bytes are no key
   */
  Ed25519(byte[] rawKey) {
    if (rawKey.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "has " + rawKey.length + " bytes, Ed25519 has " + KEY_BYTES);
    }
    byte[] info = new byte[KEY_INFO.length + KEY_BYTES];
    System.arraycopy(KEY_INFO, 0, info, 0, KEY_INFO.length);
    System.arraycopy(rawKey, 0, info, KEY_INFO.length, KEY_BYTES);
    try {
      key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info));
      Signature.getInstance("Ed25519").initVerify(key);
    } catch (GeneralSecurityException wrong) {
      throw new IllegalArgumentException("is no point of Ed25519", wrong);
    }
  }

  /** The 32 bytes of a key as the JDK has it. */
  static byte[] rawKey(PublicKey key) {
    byte[] info = key.getEncoded();
    byte[] raw = new byte[KEY_BYTES];
    System.arraycopy(info, info.length - KEY_BYTES, raw, 0, KEY_BYTES);
    return raw;
  }

  boolean verify(byte[] message, byte[] signature) {
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(message);
      return check.verify(signature);
    } catch (SignatureException malformed) {
      return false; // the wrong length, or numbers out of range
    } catch (InvalidKeyException impossible) {
      throw new IllegalStateException("the key was good before", impossible);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("JDK 15 and later have Ed25519", impossible);
    }
  }
}
