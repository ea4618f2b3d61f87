package io.sluice.spring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.sluice.wire.Frames;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;

/**
 * Makes the pieces of a stream's body, of the server's own memory, and tells when the server has
 * done with one.
 *
 * <p>Thread-safe.
 */
interface PieceBuffers {

  /**
   * Copies frames.
   *
   * @param last index of the last one
   * @param done is run once, on any thread, when the server has done with them
   */
  DataBuffer copy(Frames frames, int from, int last, Runnable done);

  /** Makes them as a server makes its own. */
  static PieceBuffers of(DataBufferFactory factory) {
    return factory instanceof NettyDataBufferFactory netty
        ? new Netty(netty)
        : (frames, from, last, done) -> {
          DataBuffer piece = factory.wrap(Pieces.copy(frames, from, last));
          done.run(); // other servers ask for one when they have done with the one before
          return piece;
        };
  }

  /** Netty holds a buffer until its last byte was given to the socket, and then releases it. */
  record Netty(NettyDataBufferFactory factory) implements PieceBuffers {

    @Override
    public DataBuffer copy(Frames frames, int from, int last, Runnable done) {
      int start = frames.start(from);
      int length = frames.end(last) - start;
      ByteBufAllocator allocator = factory.getByteBufAllocator();
      ByteBuf bytes = allocator.directBuffer(length);
      bytes.writeBytes(frames.bytes().slice(start, length));
      return factory.wrap(new Watched(allocator, bytes, done));
    }
  }

  /** A buffer that tells when it is released. */
  final class Watched extends CompositeByteBuf {

    private final Runnable done;

    Watched(ByteBufAllocator allocator, ByteBuf bytes, Runnable done) {
      super(allocator, true, 1);
      this.done = done;
      addComponent(true, bytes);
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      done.run();
    }
  }
}
