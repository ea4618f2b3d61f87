package io.sluice.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
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
  private static final Pattern DOTTED_QUAD =
      Pattern.compile(
          "(OCTET\\.){3}OCTET".replace("OCTET", "(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])"));
  private static final Pattern COLONS = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");

  /**
   * Reads {@code 127.0.0.1:8080}, {@code localhost}, {@code [::1]:8080}.
   *
   * @throws IllegalArgumentException if the text isn't one of these
   */
  static HostAndPort parse(String text) {
    if (text.indexOf(':') != text.lastIndexOf(':') && numeric(text).isPresent()) {
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
      if (address.indexOf(':') >= 0 && numeric(address).isPresent()) {
        return address;
      }
    } else if (numeric(host).isPresent()
        || (NAME.matcher(host).matches() && !DIGITS_AND_DOTS.matcher(host).matches())) {
      return host;
    }
    throw new IllegalArgumentException(text + " has no valid host");
  }

  /** The address that a number stands for; empty for a name. Nothing is looked up. */
  static Optional<InetAddress> numeric(String host) {
    boolean v6 = COLONS.matcher(host).matches();
    if (!v6 && !DOTTED_QUAD.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      // What is an address already, or stands in brackets, getByName doesn't ask a resolver for.
      return Optional.of(InetAddress.getByName(v6 ? '[' + host + ']' : host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
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
