package io.sluice.event;

/**
 * Makes what a client sent safe to stand in a message: quoted, bounded, without control characters.
 */
final class Printable {

  private static final int MAX_SHOWN = 80;

  private Printable() {}

  static String quote(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_SHOWN) + 4).append('"');
    for (int i = 0; i < text.length() && i < MAX_SHOWN; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append(text.length() > MAX_SHOWN ? "…\"" : "\"").toString();
  }
}
