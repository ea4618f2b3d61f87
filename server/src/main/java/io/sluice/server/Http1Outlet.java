package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.sluice.hub.CloseReason;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.wire.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event stream on a connection of its own. All handlers of HTTP have left the pipeline; this is
 * the only one.
 *
 * <p>This is the product's hot path. A plain socket is written from the hub's buffer with one
 * system call, without a word to Netty. Only what the kernel doesn't take, the rest of the frame
 * begun, is copied and handed to Netty, which waits for the socket and sends it. While that is
 * pending nothing else is written, so the two ways never overtake each other.
 *
 * <p>Confined to the connection's loop. Fields are few: there is one such object per subscriber.
 */
final class Http1Outlet extends ChannelInboundHandlerAdapter
    implements Outlet, ChannelFutureListener {

  private static final Logger log = LoggerFactory.getLogger(Http1Outlet.class);

  /** Bytes that are copied at once where the socket can't be written directly. */
  private static final int MAX_COPIED_BYTES = 64 << 10;

  /** What a client may send after its request. It has no reason to send anything. */
  private static final int MAX_DROPPED_BYTES = 16 << 10;

  private enum State {
    OPEN,
    /** What is pending is sent, then the server's side closes. */
    ENDING,
    /** The server's side is closed, the client's isn't yet. */
    LINGERING,
    /** Nothing works any more. */
    BROKEN
  }

  private final Channel channel;
  private final @Nullable Socket socket;
  private @Nullable OutletOwner owner;
  private @Nullable ByteBuf head;
  private State state = State.OPEN;
  private CloseReason reason = CloseReason.CLIENT;
  private int pendingBytes;
  private int droppedBytes;

  /**
   * @param head the response's; waits for the first frames, and is this object's from here on
   */
  Http1Outlet(Channel channel, ByteBuf head) {
    this.channel = channel;
    this.head = head;
    boolean plain = channel.pipeline().get(SslHandler.class) == null;
    socket =
        plain && channel instanceof UnixChannel unix && unix.fd() instanceof Socket direct
            ? direct
            : null;
  }

  /** Lets the owner know the outlet; the outlet must be in the pipeline. */
  void open(Function<Outlet, OutletOwner> opening) {
    channel.eventLoop().execute(this::sendHead);
    owner = opening.apply(this);
  }

  private void sendHead() {
    ByteBuf waiting = head;
    if (waiting != null) {
      head = null;
      send(waiting);
    }
  }

  // Hot path

  @Override
  public int write(Frames frames, int from) {
    assert channel.eventLoop().inEventLoop();
    int next = from;
    while (next < frames.count() && pendingBytes == 0 && state == State.OPEN) {
      next = socket == null || head != null ? copy(frames, next) : transfer(frames, next);
    }
    return next - from;
  }

  // Writes the kernel's share of the frames, and hands the rest of the frame begun to Netty.
  // Returns the first frame that wasn't taken.
  private int transfer(Frames frames, int from) {
    Socket target = socket;
    // A closed descriptor's number may be another connection's by now. Only this loop closes it,
    // and it may have done so in this very task: the channel's end is told later.
    if (target == null || !target.isOpen()) {
      state = State.BROKEN;
      return from;
    }
    int start = frames.start(from);
    int end = frames.size();
    int written;
    try {
      written = target.sendAddress(frames.address(Buffer::memoryAddress), start, end);
    } catch (IOException e) {
      broken(e);
      return from;
    }
    if (written == end - start) {
      return frames.count();
    }
    // Where the socket is full, one frame goes Netty's way, even if nothing of it was written yet:
    // Netty then tells when there is room again.
    int position = start + written;
    int begun = frames.frameAt(position);
    if (frames.end(begun) == position) {
      begun++;
    }
    send(channel.alloc().directBuffer(frames.end(begun) - position), frames, position, begun);
    return begun + 1;
  }

  // Sends a bounded piece by way of Netty: with the head before it, or where there is no way
  // around.
  private int copy(Frames frames, int from) {
    int start = frames.start(from);
    int last = from;
    while (last + 1 < frames.count() && frames.end(last + 1) - start <= MAX_COPIED_BYTES) {
      last++;
    }
    int length = frames.end(last) - start;
    ByteBuf waiting = head;
    head = null;
    ByteBuf copy =
        channel.alloc().directBuffer(waiting == null ? length : waiting.readableBytes() + length);
    if (waiting != null) {
      copy.writeBytes(waiting);
      waiting.release();
    }
    send(copy, frames, start, last);
    return last + 1;
  }

  private void send(ByteBuf copy, Frames frames, int from, int lastFrame) {
    ByteBuffer bytes = frames.bytes();
    copy.writeBytes(bytes.slice(from, frames.end(lastFrame) - from));
    send(copy);
  }

  private void send(ByteBuf bytes) {
    pendingBytes = bytes.readableBytes();
    ChannelFuture sent = channel.writeAndFlush(bytes);
    if (!sent.isDone()) {
      sent.addListener(this);
    } else if (sent.isSuccess()) {
      pendingBytes = 0;
    } else {
      broken(sent.cause());
    }
  }

  /** What was pending has been sent, or never will be. */
  @Override
  public void operationComplete(ChannelFuture sent) {
    if (!sent.isSuccess()) {
      broken(sent.cause());
      return;
    }
    pendingBytes = 0;
    if (state == State.ENDING) {
      closeOwnSide();
    } else if (state == State.OPEN && owner != null) {
      owner.drained();
    }
  }

  @Override
  public int pendingBytes() {
    return pendingBytes;
  }

  @Override
  public String peer() {
    return Peer.text(channel);
  }

  // Ends

  // The owner hears of it when the channel's end is told, never from within a call of its own.
  private void broken(@Nullable Throwable cause) {
    if (state == State.BROKEN) {
      return;
    }
    state = State.BROKEN;
    reason = CloseReason.BROKEN;
    if (!ConnectionEnd.isOfTheClient(cause)) {
      log.error("The stream of {} failed", Peer.text(channel), cause);
    }
    channel.eventLoop().execute(this::cut);
  }

  @Override
  public void end() {
    if (state != State.OPEN) {
      return;
    }
    state = State.ENDING;
    sendHead();
    if (pendingBytes == 0 && state == State.ENDING) {
      closeOwnSide();
    }
  }

  // The response ends with the server's side of the connection. The rest of it stays for a moment:
  // to close a socket that holds unread bytes is to reset it, and the client might lose the end.
  private void closeOwnSide() {
    state = State.LINGERING;
    ConnectionEnd.closeOwnSide(channel);
    channel.eventLoop().schedule(this::cut, HttpLoop.LINGER.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void abort() {
    if (state == State.BROKEN) {
      return;
    }
    state = State.BROKEN;
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0); // resets, and drops what is pending
    }
    // Its end is told in a later task, as it is when the client goes.
    cut();
  }

  private void cut() {
    ConnectionEnd.cut(channel);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      droppedBytes += bytes.readableBytes();
    }
    ReferenceCountUtil.release(message);
    if (droppedBytes > MAX_DROPPED_BYTES) {
      reason = CloseReason.PROTOCOL;
      cut();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // Browsers and proxies close their side when they go; that they only won't send any more can't
    // be told from that.
    if (ConnectionEnd.isInputEnd(event)) {
      cut();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    state = State.BROKEN;
    ByteBuf waiting = head;
    head = null;
    if (waiting != null) {
      waiting.release();
    }
    OutletOwner last = owner;
    owner = null;
    if (last != null) {
      last.disconnected(reason);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    broken(cause);
  }
}
