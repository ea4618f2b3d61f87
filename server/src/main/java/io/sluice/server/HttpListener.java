package io.sluice.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A port on which HTTP/1.1 and HTTP/2 are served: with TLS and ALPN, or without and then HTTP/2
 * with prior knowledge.
 *
 * <p>Thread-safe.
 */
final class HttpListener {

  /** Connections that the kernel holds until they are accepted: a restart brings all at once. */
  private static final int BACKLOG = 16_384;

  /** Connections accepted before the loop looks after those that it has. */
  private static final int ACCEPTED_PER_TURN = 64;

  /** Connections over the limit that are told so before they are closed. */
  private static final int REFUSED_POLITELY = 500;

  /**
   * Bytes that the kernel takes beyond what it has sent: enough for a fast client not to run dry,
   * little enough that a slow one's events stay in the log, where they can be conflated or skipped.
   */
  private static final long NOT_SENT_LOW_WATER_MARK = 128 << 10;

  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(5);

  private final HttpService service;
  private final Map<EventLoop, HttpLoop> loops = new HashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  // One for all channels: it counts, and knows no channel.
  private final ChannelFutureListener closed = channel -> open.decrementAndGet();
  private final @Nullable TlsKeys tls;
  private final Channel server;

  private HttpListener(
      Transport transport, InetSocketAddress address, HttpService service, @Nullable TlsKeys tls)
      throws IOException {
    this.service = service;
    this.tls = tls;
    for (NettyLoop loop : transport.loops()) {
      loops.put(loop.eventLoop(), new HttpLoop(loop, service, Clock.systemUTC()));
    }
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(transport.group())
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(ACCEPTED_PER_TURN))
            .childOption(ChannelOption.TCP_NODELAY, true)
            // A client that has sent its request and closed its side still gets its answer.
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(new Accepted());
    if (transport.name().equals("epoll")) {
      bootstrap
          .childOption(
              EpollChannelOption.TCP_USER_TIMEOUT, (int) service.limits().writeTimeout().toMillis())
          .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, NOT_SENT_LOW_WATER_MARK);
    }
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
    }
    server = bound.channel();
  }

  /**
   * Opens the port without TLS.
   *
   * @param address port 0 takes any that is free
   * @throws IOException if it can't be bound: it is in use, or the address isn't this machine's
   */
  static HttpListener bind(Transport transport, InetSocketAddress address, HttpService service)
      throws IOException {
    return bind(transport, address, service, null);
  }

  /**
   * Opens the port.
   *
   * @param address port 0 takes any that is free
   * @param tls the caller's, to be closed after the listener; null for a port without TLS
   * @throws IOException if it can't be bound: it is in use, or the address isn't this machine's
   */
  static HttpListener bind(
      Transport transport, InetSocketAddress address, HttpService service, @Nullable TlsKeys tls)
      throws IOException {
    return new HttpListener(transport, address, service, tls);
  }

  /** Where it listens, with the port that it got. */
  InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Connections open now, of all kinds. */
  int connections() {
    return open.get();
  }

  /**
   * Lets connections end once nothing is left to answer on them. The port stays open. Streams are
   * their hub's to end.
   */
  void drain() {
    loops.forEach((eventLoop, loop) -> eventLoop.execute(loop::drain));
  }

  /** Closes the port. Connections stay. */
  void close() {
    ChannelFuture closing = server.close().awaitUninterruptibly();
    if (!closing.isSuccess()) {
      throw new UncheckedIOException(new IOException("the port can't be closed", closing.cause()));
    }
  }

  private final class Accepted extends ChannelInitializer<Channel> {

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    protected void initChannel(Channel channel) {
      HttpLoop http = loops.get(channel.eventLoop());
      if (http == null) {
        throw new IllegalStateException("accepted on a loop of another transport: " + channel);
      }
      channel.config().setRecvByteBufAllocator(http.receiveBuffers());
      int connections = open.incrementAndGet();
      channel.closeFuture().addListener(closed);
      int limit = service.limits().connections();
      if (connections <= limit) {
        afterItsHeader(channel, http, () -> serve(channel, http));
      } else if (connections <= limit + REFUSED_POLITELY) {
        afterItsHeader(channel, http, () -> refuse(channel, http));
      } else {
        channel.close();
      }
    }

    private void afterItsHeader(Channel channel, HttpLoop http, Runnable next) {
      if (service.proxies().announce(channel.remoteAddress())) {
        ProxyHeader.await(channel, http, next);
      } else {
        next.run();
      }
    }

    private void serve(Channel channel, HttpLoop http) {
      channel
          .pipeline()
          .addLast(
              tls == null
                  ? new ProtocolSniffer(channel, http)
                  : new TlsHandshake(channel, http, tls, null));
    }

    private void refuse(Channel channel, HttpLoop http) {
      Problem problem =
          Problem.unavailable(
              "too-many-connections",
              "this server holds " + service.limits().connections() + " connections, and no more",
              RETRY_WHEN_FULL);
      service.refusals().accept(problem);
      if (tls == null) {
        LingeringClose.refuse(channel, http, problem);
      } else {
        channel.pipeline().addLast(new TlsHandshake(channel, http, tls, problem));
      }
    }
  }
}
