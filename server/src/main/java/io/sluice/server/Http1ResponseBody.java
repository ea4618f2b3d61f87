package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.charset.StandardCharsets;

/**
 * A response's body on HTTP/1, piece by piece: in chunks, or to the connection's end for HTTP/1.0.
 *
 * <p>Confined to its connection's loop.
 */
final class Http1ResponseBody implements ResponseBody {

  private static final byte[] LINE_BREAK = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_CHUNK_HEAD = 10;

  private final Http1Request request;
  private final Http1Connection connection;
  private final Channel channel;
  private final boolean headOnly;
  private final boolean chunked;
  private boolean ended;

  Http1ResponseBody(
      Http1Request request, Http1Connection connection, boolean headOnly, boolean chunked) {
    this.request = request;
    this.connection = connection;
    this.channel = connection.channel();
    this.headOnly = headOnly;
    this.chunked = chunked;
  }

  @Override
  public void write(byte[] bytes) {
    // An empty chunk would be the last one.
    if (closed() || bytes.length == 0 || headOnly) {
      return;
    }
    ByteBuf out = channel.alloc().directBuffer(bytes.length + MAX_CHUNK_HEAD + LINE_BREAK.length);
    if (chunked) {
      out.writeCharSequence(Integer.toHexString(bytes.length), StandardCharsets.US_ASCII);
      out.writeBytes(LINE_BREAK).writeBytes(bytes).writeBytes(LINE_BREAK);
    } else {
      out.writeBytes(bytes);
    }
    connection.write(out);
  }

  @Override
  public boolean writable() {
    return closed() || channel.isWritable();
  }

  @Override
  public void whenWritable(Runnable task) {
    if (writable()) {
      task.run();
      return;
    }
    // Completes when all before it was sent, or when the channel closes.
    ChannelFuture sent = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    sent.addListener(done -> task.run());
  }

  @Override
  public boolean closed() {
    return ended || request.isOver();
  }

  @Override
  public void end() {
    if (closed()) {
      return;
    }
    ended = true;
    if (chunked && !headOnly) {
      connection.write(channel.alloc().directBuffer(LAST_CHUNK.length).writeBytes(LAST_CHUNK));
    }
    request.responded();
  }

  @Override
  public void abort() {
    if (!closed()) {
      ended = true;
      request.abort();
    }
  }
}
