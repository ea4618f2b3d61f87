package io.sluice.cli;

/**
 * Text from elsewhere, made safe to show: control characters could move the cursor, change colours,
 * set the window's title or fake other events; directional overrides could make text look like
 * another one.
 */
final class VisibleText {

  private static final int CONTROL_PICTURES = 0x2400;

  private VisibleText() {}

  /**
   * The text on one line: control characters as the pictures that Unicode has for them, or by their
   * number.
   */
  static String of(String text) {
    return replace(text, true);
  }

  /** JSON without raw control characters: valid, and the same to a parser. */
  static String ofJson(String json) {
    return replace(json, false);
  }

  private static String replace(String text, boolean pictures) {
    for (int i = 0; i < text.length(); i++) {
      if (isHidden(text.charAt(i))) {
        return replaceFrom(i, text, pictures);
      }
    }
    return text;
  }

  private static String replaceFrom(int first, String text, boolean pictures) {
    StringBuilder visible = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isHidden(c)) {
        visible.append(c);
      } else if (pictures && c < ' ') {
        visible.append((char) (CONTROL_PICTURES + c));
      } else if (pictures && c == 0x7F) {
        visible.append('\u2421');
      } else {
        visible.append(String.format("\\u%04x", (int) c));
      }
    }
    return visible.toString();
  }

  private static boolean isHidden(char c) {
    boolean control = Character.isISOControl(c) && c != '\t';
    boolean directional = (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069');
    boolean lineEnd = c == '\u2028' || c == '\u2029';
    return control || directional || lineEnd;
  }
}
