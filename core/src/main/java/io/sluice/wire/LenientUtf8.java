package io.sluice.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * UTF-8 decoding as the Encoding Standard has it: every maximal part of a malformed sequence
 * becomes one U+FFFD.
 *
 * <p>Source: WHATWG Encoding Standard, §8.1.1 (UTF-8 decoder).
 */
final class LenientUtf8 {

  private static final byte NEVER_VALID = (byte) 0xFF;

  private LenientUtf8() {}

  static String decode(byte[] bytes, int from, int to) {
    if (from == to) {
      return "";
    }
    String text = new String(bytes, from, to - from, UTF_8);
    return text.indexOf('\uFFFD') < 0 ? text : decodeMalformed(bytes, from, to);
  }

  /**
   * The JDK replaces an encoded surrogate (ED, A0..BF, 80..BF) by one character, the standard and
   * with it every browser by one for each byte. ED is never a continuation byte, so with a byte
   * that is valid nowhere in its place the JDK counts alike.
   */
  private static String decodeMalformed(byte[] bytes, int from, int to) {
    byte[] copy = new byte[to - from];
    System.arraycopy(bytes, from, copy, 0, copy.length);
    for (int i = 0; i + 1 < copy.length; i++) {
      if (copy[i] == (byte) 0xED && (copy[i + 1] & 0xE0) == 0xA0) {
        copy[i] = NEVER_VALID;
      }
    }
    return new String(copy, UTF_8);
  }
}
