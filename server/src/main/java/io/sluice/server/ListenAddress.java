package io.sluice.server;

import java.net.InetAddress;
import java.util.Locale;

/**
 * Where the server listens.
 *
 * <p>Immutable.
 *
 * @param host a name or a numeric address, IPv6 without brackets
 * @param port 0 to 65535, where 0 takes any free one
 */
public record ListenAddress(String host, int port) {

  /** The largest port there is. */
  public static final int MAX_PORT = 65_535;

  /**
   * @throws IllegalArgumentException if the host is empty or the port isn't one
   */
  public ListenAddress {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("the host is empty");
    }
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is not within 0 to " + MAX_PORT);
    }
  }

  /**
   * Whether only programs on this machine reach it: {@code localhost}, 127.0.0.0/8 or {@code ::1}
   * (RFC 6761 section 6.3, RFC 6890). Names aren't looked up: what a resolver says today may be
   * something else tomorrow.
   */
  public boolean isLoopback() {
    return host.toLowerCase(Locale.ROOT).equals("localhost")
        || HostAndPort.numeric(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** The text form, as in a URL: {@code 127.0.0.1:8080}, {@code [::1]:8080}. */
  @Override
  public String toString() {
    return new HostAndPort(host, port).toString();
  }
}
