package io.sluice.access;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.Header;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * The three parts of a token (RFC 7515, section 7.1), taken apart but not believed.
 *
 * <p>Immutable.
 *
 * @param header only its algorithm and key's name are ever used; keys and addresses that it may
 *     bring along ({@code jwk}, {@code jku}, {@code x5c}, {@code x5u}) are never looked at
 * @param signingInput what was signed
 * @param payload what it says, once it is believed
 * @param signature what makes it believed
 */
record SignedToken(JWSHeader header, byte[] signingInput, byte[] payload, Base64URL signature) {

  /** The longest token. A request's head has not much more room. */
  static final int MAX_LENGTH = 8192;

  private static final String BASE64_URL =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private static final String CODE = "token-malformed";

  /**
   * @throws RefusedTokenException if it isn't one, is encrypted, unsigned, or asks for what isn't
   *     known here
   */
  static SignedToken parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new RefusedTokenException(
          CODE,
          "the token has "
              + text.length()
              + " characters, more than the "
              + MAX_LENGTH
              + " allowed");
    }
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first <= 0 || second <= first + 1 || !isBase64Url(text)) {
      throw new RefusedTokenException(
          CODE, "the token isn't three parts of base64url with dots between");
    }
    JWSHeader header = header(text.substring(0, first));
    if (second + 1 == text.length()) {
      throw new RefusedTokenException("token-signature", "the token has no signature");
    }
    return new SignedToken(
        header,
        text.substring(0, second).getBytes(StandardCharsets.US_ASCII),
        new Base64URL(text.substring(first + 1, second)).decode(),
        new Base64URL(text.substring(second + 1)));
  }

  private static JWSHeader header(String part) {
    Header header;
    try {
      header = Header.parse(new Base64URL(part));
    } catch (ParseException | IllegalArgumentException notOne) {
      throw new RefusedTokenException(CODE, "the token's header can't be read");
    }
    if (Algorithm.NONE.equals(header.getAlgorithm())) {
      throw new RefusedTokenException(
          "token-algorithm", "the token isn't signed (alg none); only signed ones are accepted");
    }
    if (!(header instanceof JWSHeader signed)) {
      throw new RefusedTokenException(
          CODE, "the token is encrypted; only signed ones are accepted");
    }
    // RFC 7515, section 4.1.11: who doesn't know what is critical must refuse. RFC 7797 is such.
    if (signed.getCriticalParams() != null || !signed.isBase64URLEncodePayload()) {
      throw new RefusedTokenException(
          CODE, "the token asks for extensions (crit) that aren't known here");
    }
    return signed;
  }

  // The decoder passes over what it doesn't know; then many texts would be one token.
  private static boolean isBase64Url(String text) {
    int dots = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        dots++;
      } else if (BASE64_URL.indexOf(c) < 0) {
        return false;
      }
    }
    return dots == 2;
  }

  JWSAlgorithm algorithm() {
    return header.getAlgorithm();
  }

  /** The name of the key that it says it was signed with; null if it says nothing. */
  @Nullable String keyId() {
    return header.getKeyID();
  }

  /** Names nobody's secrets. */
  @Override
  public String toString() {
    return "token signed by " + header.getAlgorithm();
  }
}
