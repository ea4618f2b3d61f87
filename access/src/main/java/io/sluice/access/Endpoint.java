package io.sluice.access;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/** Rules of the URLs that the hub itself asks. */
final class Endpoint {

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  private Endpoint() {}

  /**
   * Checks that it is an http or https URL with a host and no password.
   *
   * @return the same
   * @throws IllegalArgumentException if it isn't
   */
  static URI check(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("https") || scheme.equals("http")) || url.getHost() == null) {
      throw new IllegalArgumentException(
          shown(url) + " is no URL that can be asked; write https://host/path");
    }
    if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          shown(url) + " has a user, a password or a # in it; leave that out");
    }
    return url;
  }

  /**
   * Whether what is asked never leaves the machine. Names are taken as they stand, not resolved.
   */
  static boolean isLoopback(URI url) {
    return LOOPBACK.matcher(url.getHost().toLowerCase(Locale.ROOT)).matches();
  }

  /** For messages: without a user, a password or a query. */
  static String shown(URI url) {
    return url.getScheme()
        + "://"
        + (url.getHost() == null ? "" : url.getHost())
        + (url.getPort() < 0 ? "" : ":" + url.getPort())
        + (url.getRawPath() == null ? "" : url.getRawPath());
  }
}
