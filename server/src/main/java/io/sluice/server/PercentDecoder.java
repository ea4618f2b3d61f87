package io.sluice.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-decoding of paths and queries, strictly (RFC 3986, section 2.1). Stateless. */
final class PercentDecoder {

  private PercentDecoder() {}

  /**
   * Decodes one part of a path or a query.
   *
   * @param plusIsSpace true for queries, which are written as forms are
   * @return the text; null if an escape isn't two hex digits, the bytes aren't UTF-8, or a
   *     character outside of visible ASCII stands there unescaped
   */
  static @Nullable String decode(String text, boolean plusIsSpace) {
    boolean asItIs = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~') {
        return null;
      }
      if (c == '%' || (c == '+' && plusIsSpace)) {
        asItIs = false;
      }
    }
    return asItIs ? text : unescape(text, plusIsSpace);
  }

  private static @Nullable String unescape(String text, boolean plusIsSpace) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()) {
          return null;
        }
        int high = Character.digit(text.charAt(i + 1), 16);
        int low = Character.digit(text.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          return null;
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = (byte) (c == '+' && plusIsSpace ? ' ' : c);
      }
    }
    try {
      // A decoder made by newDecoder reports malformed input where new String would replace it.
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
