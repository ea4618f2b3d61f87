package io.sluice.server;

import io.netty.util.NetUtil;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code listen} may say: a host, with its port or without. Where there is none, the port
 * comes from elsewhere.
 *
 * @param host a name or a numeric address, IPv6 without brackets
 * @param port 0 to 65535, or null for none
 */
record HostAndPort(String host, @Nullable Integer port) {

  private static final Pattern NAME =
      Pattern.compile(
          "[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*");
  private static final Pattern DOTTED_DIGITS = Pattern.compile("[0-9.]+");

  /**
   * Reads {@code 127.0.0.1:8080}, {@code localhost}, {@code [::1]:8080}.
   *
   * @throws IllegalArgumentException if the text isn't one of these
   */
  static HostAndPort parse(String text) {
    if (NetUtil.isValidIpV6Address(text) && !text.startsWith("[")) {
      throw new IllegalArgumentException(text + " needs brackets: [" + text + "]");
    }
    int colon = text.lastIndexOf(':');
    if (colon < 0 || text.endsWith("]")) {
      return new HostAndPort(host(text, text), null);
    }
    return new HostAndPort(
        host(text, text.substring(0, colon)), port(text, text.substring(colon + 1)));
  }

  private static String host(String text, String host) {
    if (host.startsWith("[") && host.endsWith("]")) {
      String address = host.substring(1, host.length() - 1);
      if (NetUtil.isValidIpV6Address(address)) {
        return address;
      }
    } else if (NetUtil.isValidIpV4Address(host)
        || (NAME.matcher(host).matches() && !DOTTED_DIGITS.matcher(host).matches())) {
      return host;
    }
    throw new IllegalArgumentException(text + " has no valid host");
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 0 && port <= ListenAddress.MAX_PORT && Character.isDigit(digits.charAt(0))) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Not a number, or one that no port is: the same answer as for one out of range.
    }
    throw new IllegalArgumentException(text + " has no valid port");
  }

  @Override
  public String toString() {
    String name = host.indexOf(':') < 0 ? host : '[' + host + ']';
    return port == null ? name : name + ':' + port;
  }
}
