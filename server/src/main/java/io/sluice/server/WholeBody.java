package io.sluice.server;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Keeps what comes of a request's body until it is whole. The usual one comes in one chunk, and is
 * copied once.
 *
 * <p>Confined to the exchange's loop.
 */
final class WholeBody implements BodyListener {

  private static final byte[] NOTHING = {};

  private final Consumer<byte[]> callback;
  private byte[] bytes = NOTHING;
  private int length;

  WholeBody(Consumer<byte[]> callback) {
    this.callback = callback;
  }

  @Override
  public void chunk(ByteBuf chunk) {
    int more = chunk.readableBytes();
    if (length == 0) {
      bytes = new byte[more];
    } else if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * length));
    }
    chunk.getBytes(chunk.readerIndex(), bytes, length, more);
    length += more;
  }

  @Override
  public void complete() {
    callback.accept(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
  }

  @Override
  public void failed() {
    bytes = NOTHING;
  }
}
