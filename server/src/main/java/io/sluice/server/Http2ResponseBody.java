package io.sluice.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * A response's body on a stream of HTTP/2, piece by piece.
 *
 * <p>Confined to its connection's loop.
 */
final class Http2ResponseBody implements ResponseBody {

  private final Http2Request request;
  private final Http2Session session;
  private final Http2Stream stream;
  private final boolean headOnly;
  private boolean closed;
  private @Nullable Runnable waiting;

  Http2ResponseBody(
      Http2Request request, Http2Session session, Http2Stream stream, boolean headOnly) {
    this.request = request;
    this.session = session;
    this.stream = stream;
    this.headOnly = headOnly;
  }

  @Override
  public void write(byte[] bytes) {
    if (!closed() && !headOnly && bytes.length > 0) {
      session.writeData(stream, Unpooled.copiedBuffer(bytes), false);
    }
  }

  @Override
  public boolean writable() {
    return closed() || session.room(stream) > 0;
  }

  @Override
  public void whenWritable(Runnable task) {
    if (writable()) {
      task.run();
    } else {
      waiting = task;
    }
  }

  @Override
  public boolean closed() {
    return closed || !session.isOpen(stream);
  }

  @Override
  public void end() {
    if (!closed()) {
      closed = true;
      request.responded(session.writeData(stream, Unpooled.EMPTY_BUFFER, true));
    }
  }

  @Override
  public void abort() {
    if (!closed()) {
      session.reset(stream, Http2Error.INTERNAL_ERROR);
    }
    closed = true;
  }

  /** The stream has closed: who waits for room waits in vain. */
  void streamClosed() {
    closed = true;
    streamWritable();
  }

  /** There is room again. */
  void streamWritable() {
    Runnable task = waiting;
    waiting = null;
    if (task != null) {
      whenWritable(task);
    }
  }
}
