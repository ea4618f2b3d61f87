package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.sluice.server.Deadlines.Deadline;
import java.util.List;

/**
 * Waits for a connection's first bytes. The preface of HTTP/2 with prior knowledge (RFC 9113,
 * section 3.3) makes it an HTTP/2 connection, anything else HTTP/1; then this leaves the pipeline.
 *
 * <p>Confined to the connection's loop.
 */
final class ProtocolSniffer extends ByteToMessageDecoder implements Deadlines.Holder {

  private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

  private final Channel channel;
  private final HttpLoop http;
  private final Deadline deadline;

  ProtocolSniffer(Channel channel, HttpLoop http) {
    this.channel = channel;
    this.http = http;
    deadline = http.deadline(this);
    deadline.in(http.headTicks());
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int length = Math.min(in.readableBytes(), PREFACE.readableBytes());
    boolean preface = true;
    for (int i = 0; i < length && preface; i++) {
      preface = in.getByte(in.readerIndex() + i) == PREFACE.getByte(i);
    }
    if (preface && length < PREFACE.readableBytes()) {
      return;
    }
    deadline.remove();
    // When this one is removed, what it has read goes on to those after it.
    if (preface) {
      Http2Session.start(channel, http);
      ctx.pipeline().remove(this);
      return;
    }
    Http1Connection.start(channel, http);
    ctx.pipeline().remove(this);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    deadline.remove();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channel.close();
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
