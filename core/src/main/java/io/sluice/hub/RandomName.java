package io.sluice.hub;

import java.security.SecureRandom;

/** Names that nobody guesses, in letters and digits that an event id can have. Thread-safe. */
final class RandomName {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz234567";

  private RandomName() {}

  /** One of so many characters, 5 bits in each. */
  static String of(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
    }
    return text.toString();
  }
}
