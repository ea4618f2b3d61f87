package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;

/**
 * The body of a request on HTTP/2, on its way to the endpoint. While the endpoint holds it, what
 * comes waits here and the stream's window isn't opened for more: what waits is bounded by it.
 *
 * <p>Confined to its connection's loop.
 */
final class Http2Upload {

  private final Http2Request request;
  private final Http2Session session;
  private final Http2Stream stream;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);
  private boolean endWaiting;
  private boolean held;

  Http2Upload(Http2Request request, Http2Session session, Http2Stream stream) {
    this.request = request;
    this.session = session;
    this.stream = stream;
  }

  /**
   * More has come.
   *
   * @return whether it was taken: if not, its bytes are reported as consumed later
   */
  boolean data(ByteBuf bytes, boolean endOfStream) {
    // What was held goes first, even when it isn't held any more and waits for its task.
    if (held || !waiting.isEmpty()) {
      waiting.add(bytes.retain());
      endWaiting = endOfStream;
      return false;
    }
    request.bodyBytes(bytes);
    if (endOfStream) {
      end();
    }
    return true;
  }

  /** No more will come. */
  void end() {
    if (held || !waiting.isEmpty()) {
      endWaiting = true;
    } else {
      request.bodyEnd();
    }
  }

  /** Holds what comes, or lets it go on. */
  void hold(boolean hold) {
    held = hold;
    if (!hold) {
      session.http().loop().execute(this::goOn); // not from within the endpoint's call
    }
  }

  private void goOn() {
    while (!held && !waiting.isEmpty()) {
      ByteBuf bytes = waiting.remove();
      int length = bytes.readableBytes();
      try {
        request.bodyBytes(bytes);
      } finally {
        bytes.release();
      }
      consumed(length);
    }
    if (!held && endWaiting) {
      endWaiting = false;
      request.bodyEnd();
    }
  }

  /** Nobody wants it any more. */
  void drop() {
    held = false;
    int bytes = 0;
    while (!waiting.isEmpty()) {
      ByteBuf dropped = waiting.remove();
      bytes += dropped.readableBytes();
      dropped.release();
    }
    consumed(bytes); // the connection's window is shared with other streams
    if (endWaiting) {
      endWaiting = false;
      request.bodyEnd();
    }
  }

  private void consumed(int bytes) {
    if (bytes > 0 && session.isOpen(stream)) {
      session.consumed(stream, bytes);
    }
  }
}
