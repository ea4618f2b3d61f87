package io.sluice.access;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the keys are that tokens must be signed with. Several sources add to one another.
 *
 * <p>Immutable.
 *
 * @param secret shared with who makes the tokens (HS256 from 32 bytes, HS384 from 48, HS512 from
 *     64); null for none
 * @param keysFiles with public keys or certificates, PEM
 * @param jwksFile with a JWK set (RFC 7517, section 5); null for none
 * @param jwks URL of the issuer's JWK set; null for none
 */
public record KeyOptions(
    byte @Nullable [] secret, List<Path> keysFiles, @Nullable Path jwksFile, @Nullable URI jwks) {

  /** The shortest secret: as long as the hash of HS256 (RFC 7518, section 3.2). */
  public static final int MIN_SECRET_BYTES = 32;

  /** The largest file of keys that is read. */
  static final int MAX_FILE_BYTES = 1024 * 1024;

  /** No keys yet. */
  public static final KeyOptions NONE = new KeyOptions(null, List.of(), null, null);

  /**
   * @throws IllegalArgumentException for a secret that is too short, or a URL that could be
   *     listened to; says what is needed, and never has the secret
   */
  public KeyOptions {
    keysFiles = List.copyOf(keysFiles);
    if (secret != null) {
      secret = checkSecret(secret);
    }
    if (jwks != null) {
      checkUrl(jwks);
    }
  }

  /** The same with a secret; its bytes are those of UTF-8. */
  public KeyOptions withSecret(String text) {
    return new KeyOptions(text.getBytes(StandardCharsets.UTF_8), keysFiles, jwksFile, jwks);
  }

  /**
   * The same with the secret that a file holds: all its bytes but a line's end at the end.
   *
   * @throws IllegalArgumentException if it can't be read, or is too short
   */
  public KeyOptions withSecretFile(Path file) {
    byte[] bytes = read(file);
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length -= length > 1 && bytes[length - 2] == '\r' ? 2 : 1;
    }
    return new KeyOptions(Arrays.copyOf(bytes, length), keysFiles, jwksFile, jwks);
  }

  /** The same with files of public keys or certificates, PEM. */
  public KeyOptions withKeysFiles(List<Path> files) {
    return new KeyOptions(secret, files, jwksFile, jwks);
  }

  /** The same with a file that holds a JWK set. */
  public KeyOptions withJwksFile(Path file) {
    return new KeyOptions(secret, keysFiles, file, jwks);
  }

  /**
   * The same with the URL of a JWK set: https, or http on loopback.
   *
   * @throws IllegalArgumentException for any other
   */
  public KeyOptions withJwks(URI url) {
    return new KeyOptions(secret, keysFiles, jwksFile, url);
  }

  /** Whether there are none at all. */
  public boolean isEmpty() {
    return secret == null && keysFiles.isEmpty() && jwksFile == null && jwks == null;
  }

  static byte[] checkSecret(byte[] secret) {
    if (secret.length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "the secret for tokens has "
              + secret.length
              + " bytes, HS256 needs at least "
              + MIN_SECRET_BYTES
              + "; make one with: openssl rand -base64 48");
    }
    return secret.clone();
  }

  static byte[] read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw new IllegalArgumentException(
            file + " has more than " + MAX_FILE_BYTES + " bytes; that is no file of keys");
      }
      return bytes;
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "can't read " + file + ": " + unreadable.getMessage(), unreadable);
    }
  }

  private static void checkUrl(URI url) {
    Endpoint.check(url);
    if (!"https".equalsIgnoreCase(url.getScheme()) && !Endpoint.isLoopback(url)) {
      throw new IllegalArgumentException(
          Endpoint.shown(url)
              + " isn't https: whoever is on the way could put keys of their own into the answer;"
              + " http is only for loopback");
    }
  }

  /** Names nobody's secrets. */
  @Override
  public String toString() {
    return "KeyOptions[secret="
        + (secret == null ? "none" : "(set)")
        + ", keysFiles="
        + keysFiles
        + ", jwksFile="
        + jwksFile
        + ", jwks="
        + (jwks == null ? "none" : Endpoint.shown(jwks))
        + ']';
  }
}
