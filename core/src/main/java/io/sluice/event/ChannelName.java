package io.sluice.event;

/**
 * The rules of channel names: 1 to 200 bytes of {@code A-Za-z0-9._~:@+=-} in segments between
 * slashes, no segment empty, {@code .} or {@code ..}.
 */
public final class ChannelName {

  /** The longest name, in bytes (all its characters are ASCII). */
  public static final int MAX_LENGTH = 200;

  private static final boolean[] ALLOWED = new boolean[128];

  static {
    for (char c = 'a'; c <= 'z'; c++) {
      ALLOWED[c] = true;
      ALLOWED[Character.toUpperCase(c)] = true;
    }
    for (char c = '0'; c <= '9'; c++) {
      ALLOWED[c] = true;
    }
    for (char c : "._~:@+=-".toCharArray()) {
      ALLOWED[c] = true;
    }
  }

  private ChannelName() {}

  /**
   * Checks the name of a channel to publish to.
   *
   * @return the same name
   * @throws InvalidEventException with code {@code invalid-channel} and the rule it breaks
   */
  public static String check(String name) {
    checkLength(name);
    int start = 0;
    for (int end = segmentEnd(name, 0); ; end = segmentEnd(name, start)) {
      checkSegment(name, start, end);
      if (end == name.length()) {
        return name;
      }
      start = end + 1;
    }
  }

  static void checkLength(String name) {
    if (name.isEmpty()) {
      throw new InvalidEventException("invalid-channel", "a channel needs a name");
    }
    if (name.length() > MAX_LENGTH) {
      throw new InvalidEventException(
          "invalid-channel",
          "a channel has at most " + MAX_LENGTH + " bytes, this one has " + name.length());
    }
  }

  static void checkSegment(String name, int start, int end) {
    if (start == end) {
      throw invalid(name, "has an empty segment");
    }
    for (int i = start; i < end; i++) {
      char c = name.charAt(i);
      if (c == '*') {
        throw invalid(name, "is a pattern; events go to one channel, without *");
      }
      if (c >= 128 || !ALLOWED[c]) {
        throw invalid(
            name,
            String.format(
                "has the character U+%04X; allowed are A-Za-z0-9._~:@+=- and /", (int) c));
      }
    }
    if (name.charAt(start) == '.'
        && (end - start == 1 || (end - start == 2 && name.charAt(start + 1) == '.'))) {
      throw invalid(name, "has a segment . or ..");
    }
  }

  static InvalidEventException invalid(String name, String why) {
    return new InvalidEventException(
        "invalid-channel", "channel " + Printable.quote(name) + ' ' + why);
  }

  /** Index of the slash that ends the segment beginning at {@code start}, or the length. */
  public static int segmentEnd(String name, int start) {
    int slash = name.indexOf('/', start);
    return slash < 0 ? name.length() : slash;
  }
}
