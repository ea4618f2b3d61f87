package io.sluice.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.util.ReferenceCountUtil;
import io.sluice.server.Deadlines.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the header with which a proxy begins a connection (PROXY protocol, version 1 or 2), and
 * remembers the client that it names. Then this leaves the pipeline, and what comes is the client's
 * own. A connection without a header, or with a malformed one, is closed without a word: the
 * protocol forbids guessing whether there is one.
 *
 * <p>Confined to the connection's loop.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter implements Deadlines.Holder {

  private static final Logger log = LoggerFactory.getLogger(ProxyHeader.class);

  /** What a header may say besides the addresses: certificates' names, a cloud's identifiers. */
  private static final int MAX_EXTENSION_BYTES = 4 << 10;

  private final Channel channel;
  private final Runnable next;
  private final Deadline deadline;
  private boolean failed;

  private ProxyHeader(Channel channel, HttpLoop http, Runnable next) {
    this.channel = channel;
    this.next = next;
    deadline = http.deadline(this);
    deadline.in(http.headTicks());
  }

  /**
   * Adds what reads the header to the end of a channel's pipeline.
   *
   * @param next adds what reads the rest
   */
  static void await(Channel channel, HttpLoop http, Runnable next) {
    channel
        .pipeline()
        .addLast(
            new HAProxyMessageDecoder(MAX_EXTENSION_BYTES), new ProxyHeader(channel, http, next));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HAProxyMessage header) {
        announce(header);
        next.run();
        // The decoder leaves too, and then hands on what it has read beyond the header.
        ctx.pipeline().remove(this);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void announce(HAProxyMessage header) {
    @Nullable InetAddress client =
        switch (header.proxiedProtocol().addressFamily()) {
          // The proxy speaks for itself, as when it checks our health, or doesn't know the client.
          case AF_UNSPEC, AF_UNIX -> null;
          case AF_IPv4, AF_IPv6 -> address(header);
        };
    if (client != null) {
      Peer.announce(channel, new InetSocketAddress(client, header.sourcePort()));
    }
  }

  private static InetAddress address(HAProxyMessage header) {
    Optional<InetAddress> address = HostAndPort.numeric(header.sourceAddress());
    if (header.proxiedProtocol().transportProtocol() != TransportProtocol.STREAM) {
      throw new IllegalArgumentException("it announces datagrams");
    }
    return address.orElseThrow(() -> new IllegalArgumentException("it names no address"));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      channel.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // Once: the decoder tries the rest of what it has read too. What that is isn't for the log, it
    // may be a request with all that it has.
    if (!failed && !(cause instanceof IOException)) {
      log.warn(
          "{} is a trusted proxy, but a connection of it has no well-formed PROXY header: closed",
          Peer.text(channel));
    }
    failed = true;
    channel.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    deadline.remove();
  }

  @Override
  public void expired() {
    channel.close();
  }

  @Override
  public void drain() {
    channel.close();
  }
}
