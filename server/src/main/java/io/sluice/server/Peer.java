package io.sluice.server;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection: whoever has opened it, or the client that a proxy has opened it
 * for. Stateless.
 */
final class Peer {

  private static final AttributeKey<InetSocketAddress> CLIENT =
      AttributeKey.valueOf(Peer.class, "CLIENT");

  private Peer() {}

  /** A trusted proxy says whose connection it is. */
  static void announce(Channel channel, InetSocketAddress client) {
    channel.attr(CLIENT).set(client);
  }

  /** Whose connection it is. */
  static InetSocketAddress address(Channel channel) {
    // Asked first, because attr would make one: most connections come without a proxy.
    InetSocketAddress client = channel.hasAttr(CLIENT) ? channel.attr(CLIENT).get() : null;
    return client != null ? client : (InetSocketAddress) channel.remoteAddress();
  }

  /** {@link #address}, for people. */
  static String text(Channel channel) {
    return text(address(channel));
  }

  /** {@code 127.0.0.1:52110}, {@code [::1]:52110}. */
  static String text(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress peer) || peer.getAddress() == null) {
      return String.valueOf(address);
    }
    String host = peer.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + peer.getPort();
  }
}
