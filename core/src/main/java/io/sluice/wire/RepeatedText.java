package io.sluice.wire;

import java.util.Arrays;

/**
 * Decodes texts of which each is mostly the same as the one before, and then gives the very same
 * one: comparing bytes costs less than making a text.
 *
 * <p>Not thread-safe.
 */
final class RepeatedText {

  private static final int MAX_KEPT_BYTES = 256;

  private byte[] bytes = {};
  private String text = "";

  String decode(byte[] source, int from, int to) {
    if (Arrays.equals(bytes, 0, bytes.length, source, from, to)) {
      return text;
    }
    String decoded = LenientUtf8.decode(source, from, to);
    if (to - from <= MAX_KEPT_BYTES) {
      bytes = Arrays.copyOfRange(source, from, to);
      text = decoded;
    }
    return decoded;
  }
}
