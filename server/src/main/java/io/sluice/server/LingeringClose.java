package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.sluice.server.Deadlines.Deadline;

/**
 * The end of a connection whose client may still be sending. To close the socket at once would
 * answer what comes with a reset, and that makes many a client's kernel throw away the answer
 * before the client has read it (RFC 9112, section 9.6). So the server closes its own side, drops
 * what comes, and goes when the client has closed too, has sent too much, or takes too long.
 *
 * <p>Confined to the connection's loop.
 */
final class LingeringClose extends ChannelInboundHandlerAdapter implements Deadlines.Holder {

  /** What a client may send in vain: about what is on its way when it is answered. */
  static final int MAX_DROPPED_BYTES = 1 << 20;

  private final Channel channel;
  private final Deadline deadline;
  private int dropped;

  LingeringClose(Channel channel, HttpLoop http) {
    this.channel = channel;
    deadline = http.deadline(this);
    deadline.in(http.lingerTicks());
  }

  /** Answers a connection of HTTP/1 with its last words, at the end of its pipeline. */
  static void refuse(Channel channel, HttpLoop http, Problem problem) {
    LingeringClose end = new LingeringClose(channel, http);
    channel.pipeline().addLast(end);
    channel.write(Http1Head.lastWords(channel.alloc(), http.dateLine(), problem));
    end.begin();
  }

  /** Closes the server's side once all that was written is sent. */
  void begin() {
    ConnectionEnd.closeOwnSide(channel);
    // Once the input has ended, Netty's epoll has forgotten the socket, and to read on would fail.
    if (!(channel instanceof DuplexChannel duplex && duplex.isInputShutdown())) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      dropped += bytes.readableBytes();
    }
    ReferenceCountUtil.release(message);
    if (dropped > MAX_DROPPED_BYTES) {
      ConnectionEnd.cut(channel);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (ConnectionEnd.isInputEnd(event)) {
      ConnectionEnd.cut(channel);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    deadline.remove();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // The client's reset: it's going anyway.
    ConnectionEnd.cut(channel);
  }

  @Override
  public void expired() {
    ConnectionEnd.cut(channel);
  }

  @Override
  public void drain() {}
}
