package io.sluice.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The other end of a connection, for people. Stateless. */
final class Peer {

  private Peer() {}

  /** {@code 127.0.0.1:52110}, {@code [::1]:52110}. */
  static String text(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress peer) || peer.getAddress() == null) {
      return String.valueOf(address);
    }
    String host = peer.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + peer.getPort();
  }
}
