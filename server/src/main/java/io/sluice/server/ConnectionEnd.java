package io.sluice.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends, encrypted or not. TLS has an end of its own, close_notify (RFC 8446,
 * section 6.1), before that of TCP: without it the client must take what it has for cut off.
 * Stateless; to be called on the connection's loop.
 */
final class ConnectionEnd {

  private ConnectionEnd() {}

  /** Closes the server's side once all that was written is sent. The client's stays open. */
  static void closeOwnSide(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    ChannelFuture sent;
    if (tls == null) {
      sent = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    } else {
      channel.flush(); // what isn't encrypted yet would come too late
      sent = tls.closeOutbound();
    }
    sent.addListener(
        done -> {
          if (done.isSuccess()
              && channel instanceof DuplexChannel duplex
              && !duplex.isInputShutdown()) {
            duplex.shutdownOutput();
          } else {
            cut(channel);
          }
        });
  }

  /** Closes at once. What is pending is dropped, and TLS says nothing about it. */
  static void cut(Channel channel) {
    ChannelHandlerContext tls = tls(channel);
    if (tls == null) {
      channel.close();
    } else {
      tls.close(); // from there on: TLS itself would wait for a client that doesn't read
    }
  }

  private static @Nullable ChannelHandlerContext tls(Channel channel) {
    return channel.pipeline().context(SslHandler.class);
  }

  /** Whether it is the client or the network that has failed: nothing to write into the log. */
  static boolean isOfTheClient(@Nullable Throwable cause) {
    return cause instanceof IOException
        // What TLS dislikes comes in the decoder's wrapping.
        || (cause instanceof DecoderException && cause.getCause() instanceof IOException);
  }

  /** Whether an event of the pipeline says that the client won't send any more. */
  static boolean isInputEnd(Object event) {
    return event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent;
  }
}
