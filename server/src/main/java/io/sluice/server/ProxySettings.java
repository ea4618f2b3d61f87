package io.sluice.server;

import io.sluice.access.Network;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that connections may come through.
 *
 * <p>Immutable.
 *
 * @param trusted where they are
 * @param protocol whether each of their connections begins with a header of the PROXY protocol,
 *     version 1 or 2, that says whose it is
 */
public record ProxySettings(List<Network> trusted, boolean protocol) {

  /** There are none, or none that is trusted. */
  public static final ProxySettings NONE = new ProxySettings(List.of(), false);

  public ProxySettings {
    trusted = List.copyOf(trusted);
  }

  /**
   * Whether a connection of this peer must begin with a header. What anybody else sends as one is
   * only a request that is malformed.
   */
  boolean announce(@Nullable SocketAddress peer) {
    return protocol
        && peer instanceof InetSocketAddress address
        && address.getAddress() != null
        && trusted.stream().anyMatch(network -> network.contains(address.getAddress()));
  }
}
