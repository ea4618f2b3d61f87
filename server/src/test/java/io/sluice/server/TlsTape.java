package io.sluice.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Sends a request and keeps what comes; fails if TLS doesn't say that this was all. */
final class TlsTape extends ChannelInboundHandlerAdapter implements AutoCloseable {

  final CompletableFuture<String> end = new CompletableFuture<>();
  private final StringBuilder content = new StringBuilder();
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel;

  TlsTape(TestServer server, String request, SSLContext trust) {
    SSLEngine engine = trust.createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(new SslHandler(engine))
            .connect(server.listener().address())
            .syncUninterruptibly()
            .channel();
    channel.pipeline().addLast(this);
    channel.writeAndFlush(
        channel.alloc().buffer().writeBytes(request.getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    content.append(bytes.toString(StandardCharsets.US_ASCII));
    bytes.release();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent close) {
      if (close.isSuccess()) {
        end.complete(content.toString());
      } else {
        end.completeExceptionally(close.cause());
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end.completeExceptionally(cause);
  }

  @Override
  public void close() {
    channel.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
