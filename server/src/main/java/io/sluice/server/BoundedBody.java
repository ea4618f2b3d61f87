package io.sluice.server;

import io.netty.buffer.ByteBuf;

/**
 * Counts what comes of a request's body, and ends it when it is too much.
 *
 * <p>Confined to the exchange's loop.
 */
final class BoundedBody implements BodyListener {

  private final long maxBytes;
  private final BodyListener listener;
  private final Runnable tooLarge;
  private long bytes;

  /**
   * @param listener told that the body has failed when it is too much
   * @param tooLarge refuses the request then
   */
  BoundedBody(long maxBytes, BodyListener listener, Runnable tooLarge) {
    this.maxBytes = maxBytes;
    this.listener = listener;
    this.tooLarge = tooLarge;
  }

  @Override
  public void chunk(ByteBuf chunk) {
    bytes += chunk.readableBytes();
    if (bytes > maxBytes) {
      listener.failed();
      tooLarge.run();
    } else {
      listener.chunk(chunk);
    }
  }

  @Override
  public void complete() {
    listener.complete();
  }

  @Override
  public void failed() {
    listener.failed();
  }
}
