package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.sluice.hub.CloseReason;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.wire.Frames;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An event stream on a stream of HTTP/2. What the windows of the stream and its connection have
 * room for is copied into DATA frames at once; of a frame that is larger than the windows the rest
 * waits, and nothing else is taken until it was sent.
 *
 * <p>Confined to its connection's loop.
 */
final class Http2Outlet implements Outlet, Http2Member, ChannelFutureListener {

  /** Bytes copied at once. */
  private static final int MAX_COPIED_BYTES = 64 << 10;

  /** What a client may send after its request. It has no reason to send anything. */
  private static final int MAX_DROPPED_BYTES = 16 << 10;

  private final Http2Session session;
  private final Http2Stream stream;
  private @Nullable OutletOwner owner;
  private int pendingBytes;
  private int droppedBytes;
  private boolean starved;
  private boolean ended;
  private CloseReason reason = CloseReason.CLIENT;

  Http2Outlet(Http2Session session, Http2Stream stream) {
    this.session = session;
    this.stream = stream;
  }

  /** Lets the owner know the outlet. */
  void open(Function<Outlet, OutletOwner> opening) {
    owner = opening.apply(this);
    if (!session.isOpen(stream)) {
      streamClosed(); // by the owner itself, before it was known here
    }
  }

  @Override
  public int write(Frames frames, int from) {
    assert session.http().loop().inLoop();
    int next = from;
    while (next < frames.count() && pendingBytes == 0 && !ended && session.isOpen(stream)) {
      int room = session.room(stream);
      if (room <= 0) {
        starved = true;
        break;
      }
      next = copy(frames, next, Math.min(room, MAX_COPIED_BYTES));
    }
    return next - from;
  }

  private int copy(Frames frames, int from, int most) {
    int start = frames.start(from);
    int last = from;
    while (last + 1 < frames.count() && frames.end(last + 1) - start <= most) {
      last++;
    }
    int length = frames.end(last) - start;
    ByteBuf copy = session.channel().alloc().directBuffer(length);
    copy.writeBytes(frames.bytes().slice(start, length));
    ChannelFuture sent = session.writeData(stream, copy, false);
    if (session.isHeldBack(stream)) {
      pendingBytes = length;
      sent.addListener(this);
    }
    return last + 1;
  }

  /** What was held back has been sent, or never will be. */
  @Override
  public void operationComplete(ChannelFuture sent) {
    if (sent.isSuccess()) {
      pendingBytes = 0;
      // In a task of its own: it may have happened in the midst of a round for other streams.
      session.http().loop().execute(this::tellDrained);
    }
  }

  @Override
  public void streamWritable() {
    if (starved) {
      starved = false;
      tellDrained();
    }
  }

  private void tellDrained() {
    if (!ended && pendingBytes == 0 && owner != null) {
      owner.drained();
    }
  }

  @Override
  public int pendingBytes() {
    return pendingBytes;
  }

  @Override
  public String peer() {
    return Peer.text(session.channel());
  }

  @Override
  public void end() {
    if (!ended) {
      ended = true;
      if (session.isOpen(stream)) {
        // Waits its turn behind what is held back.
        session.writeData(stream, Unpooled.EMPTY_BUFFER, true);
      }
    }
  }

  @Override
  public void abort() {
    ended = true;
    if (session.isOpen(stream)) {
      session.reset(stream, Http2Error.CANCEL);
    }
  }

  /** The client has sent something. */
  void dropped(int bytes) {
    droppedBytes += bytes;
    if (droppedBytes > MAX_DROPPED_BYTES && session.isOpen(stream)) {
      reason = CloseReason.PROTOCOL;
      session.reset(stream, Http2Error.ENHANCE_YOUR_CALM);
    }
  }

  @Override
  public void streamClosed() {
    ended = true;
    OutletOwner last = owner;
    owner = null;
    if (last != null) {
      CloseReason why = reason;
      // In a task of its own: it may be this outlet's own call that has closed the stream.
      session.http().loop().execute(() -> last.disconnected(why));
    }
  }
}
