package io.sluice.server;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a page comes from: scheme, host and port (RFC 6454). Two are the same if all three are,
 * whatever the letters' case and whether a port that goes without saying was said.
 *
 * <p>Immutable.
 *
 * @param scheme lower case
 * @param host lower case, IPv6 in brackets
 * @param port 0 where the scheme has no usual one and none was named
 */
record WebOrigin(String scheme, String host, int port) {

  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final int MAX_PORT = 65_535;

  // What browsers send has nothing else: no user, no path, and names beyond ASCII as punycode.
  private static final Pattern FORM =
      Pattern.compile(
          "([a-z][a-z0-9+.-]*)://([a-z0-9_-]+(?:\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?",
          Pattern.CASE_INSENSITIVE);

  /** Reads {@code https://app.example:8443}; null if it isn't an origin. */
  static @Nullable WebOrigin parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return null;
    }
    String scheme = form.group(1).toLowerCase(Locale.ROOT);
    int port = form.group(3) == null ? usualPort(scheme) : Integer.parseInt(form.group(3));
    return port > MAX_PORT
        ? null
        : new WebOrigin(scheme, form.group(2).toLowerCase(Locale.ROOT), port);
  }

  private static int usualPort(String scheme) {
    return switch (scheme) {
      case "http" -> HTTP;
      case "https" -> HTTPS;
      default -> 0;
    };
  }

  /** Whether it is a page of the web, and not one of a program's own scheme. */
  boolean isWeb() {
    return scheme.equals("http") || scheme.equals("https");
  }

  /** The form in which browsers send it. */
  @Override
  public String toString() {
    return scheme + "://" + host + (port == usualPort(scheme) ? "" : ":" + port);
  }
}
