package io.sluice.bench;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SocketChannel;

/** Where to connect to. Immutable; thread-safe. */
record Endpoint(InetSocketAddress address) {

  /** Connections from one loopback address: well below the 28,232 ephemeral ports of Linux. */
  private static final int CONNECTIONS_PER_SOURCE = 20_000;

  /** The endpoint of an {@code http} URL, which may hold the places of a template. */
  static Endpoint of(String url) {
    int authority = url.indexOf("//") + 2;
    int path = url.indexOf('/', authority);
    URI uri = URI.create(path < 0 ? url : url.substring(0, path));
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException("\"" + url + "\" isn't an http URL");
    }
    int port = uri.getPort() < 0 ? 80 : uri.getPort();
    InetSocketAddress address = new InetSocketAddress(uri.getHost(), port);
    if (address.isUnresolved()) {
      throw new LoadException("the host of " + url + " isn't known");
    }
    return new Endpoint(address);
  }

  int port() {
    return address.getPort();
  }

  /**
   * Begins a non-blocking connection.
   *
   * @param nth its number among those that are open at the same time: towards a loopback address,
   *     they are spread over as many source addresses as their ports need
   */
  SocketChannel connect(int nth) throws IOException {
    boolean ipv4 = address.getAddress() instanceof Inet4Address;
    // Left to itself, Java takes an IPv6 socket for IPv4 too, which costs a little for each read.
    SocketChannel channel =
        SocketChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      // Closed with a reset: thousands of ports in TIME_WAIT would be missing in the next run.
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      int source = nth / CONNECTIONS_PER_SOURCE;
      if (source > 0 && address.getAddress().isLoopbackAddress()) {
        channel.bind(new InetSocketAddress("127.0.0." + (1 + source), 0));
      }
      channel.connect(address);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
