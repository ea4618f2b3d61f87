package io.sluice.server;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event loops, on the best way to sockets that this machine has: epoll, or what the JDK brings.
 *
 * <p>Thread-safe.
 */
final class Transport {

  private final String name;
  private final MultiThreadIoEventLoopGroup group;
  private final Class<? extends ServerChannel> serverChannel;
  private final List<NettyLoop> loops;

  private Transport(
      String name, int loops, IoHandlerFactory io, Class<? extends ServerChannel> serverChannel) {
    this.name = name;
    this.serverChannel = serverChannel;
    group = new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("sluice-loop"), io);
    List<NettyLoop> all = new ArrayList<>();
    for (EventExecutor executor : group) {
      all.add(new NettyLoop((EventLoop) executor));
    }
    this.loops = List.copyOf(all);
  }

  /**
   * Starts epoll where there is one, and else {@link #nio}.
   *
   * @param loops threads; one for each core is right
   */
  static Transport fastest(int loops) {
    return Epoll.isAvailable() ? epoll(loops) : nio(loops);
  }

  /**
   * Starts epoll.
   *
   * @throws UnsatisfiedLinkError if this isn't Linux
   */
  static Transport epoll(int loops) {
    return new Transport(
        "epoll", loops, EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
  }

  /** Starts what the JDK has. */
  static Transport nio(int loops) {
    return new Transport("nio", loops, NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }

  /** {@code epoll} or {@code nio}. */
  String name() {
    return name;
  }

  /** The loops, in the order in which connections are spread over them. */
  List<NettyLoop> loops() {
    return loops;
  }

  MultiThreadIoEventLoopGroup group() {
    return group;
  }

  Class<? extends ServerChannel> serverChannel() {
    return serverChannel;
  }

  /** Closes all that is still open, and ends the loops. Waits for that. */
  void close(Duration atMost) {
    group.shutdownGracefully(0, atMost.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
