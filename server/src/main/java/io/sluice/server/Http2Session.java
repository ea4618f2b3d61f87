package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.sluice.server.Deadlines.Deadline;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/2 connection: hands what Netty's codec reads to the members, one for each stream, and
 * gathers what they write.
 *
 * <p>DATA frames are encoded at once, while the windows are known, but the socket is written once
 * for all that happened in a task: a round of fan-out to a thousand streams of one connection is a
 * few system calls.
 *
 * <p>Confined to its loop.
 */
final class Http2Session extends Http2EventAdapter implements Deadlines.Holder {

  private static final Logger log = LoggerFactory.getLogger(Http2Session.class);

  /**
   * Streams open at the same time on one connection. A browser opens a handful; a gateway that
   * multiplexes its users' subscriptions opens more connections when this is used up. A stream
   * costs about as much as the heap of a connection of HTTP/1.1, so the bound is on what one socket
   * can take.
   */
  static final int MAX_CONCURRENT_STREAMS = 1000;

  /**
   * Streams that a client may reset within {@link #RESET_WINDOW_SECONDS}: all that it has, twice,
   * as when a gateway's users leave at once. A rapid reset attack makes many thousands a second
   * (CVE-2023-44487).
   */
  private static final int MAX_RESETS = 2 * MAX_CONCURRENT_STREAMS;

  private static final int RESET_WINDOW_SECONDS = 30;

  private static final int MAX_EMPTY_DATA_FRAMES = 10;

  /**
   * Bytes that may wait for the socket before streams are told to hold on: a round's frames for all
   * streams of a connection, if they are small.
   */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 << 10, 512 << 10);

  /**
   * Bytes of answers that may wait for a client's windows. With more than that it gets no new ones:
   * it has asked for much, and doesn't read.
   */
  private static final long MAX_HELD_BACK = 4 << 20;

  private final Channel channel;
  private final HttpLoop http;
  private final Http2ConnectionHandler handler;
  private final Http2Connection connection;
  private final Http2RemoteFlowController outbound;
  private final Http2FloodGuard guard;
  private final Http2Connection.PropertyKey memberKey;
  private final Deadline deadline;
  private final ArrayDeque<Http2Member> writable = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private boolean flushing;
  private long heldBack;

  private Http2Session(Channel channel, HttpLoop http) {
    this.channel = channel;
    this.http = http;
    connection = new DefaultHttp2Connection(true);
    memberKey = connection.newKey();
    // Each stream its turn: priorities are deprecated (RFC 9113, section 5.3.2), and a tree of
    // weights costs memory for every stream.
    outbound =
        new DefaultHttp2RemoteFlowController(
            connection, new UniformStreamByteDistributor(connection), this::writabilityChanged);
    connection.remote().flowController(outbound);
    connection.addListener(this);
    guard = new Http2FloodGuard(this, connection, http.service().refusals());
    // By itself the codec ends connections with more than 16 small CONTINUATION frames to a head,
    // and
    // with 10,000 acknowledgements and resets waiting for a client that doesn't read.
    handler =
        new Http2ConnectionHandlerBuilder()
            .connection(connection)
            .frameListener(guard)
            .initialSettings(
                new Http2Settings()
                    .maxConcurrentStreams(MAX_CONCURRENT_STREAMS)
                    .maxHeaderListSize(http.limits().headBytes()))
            .validateHeaders(true)
            .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
            .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
            .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES)
            .build();
    deadline = http.deadline(this);
    deadline.in(http.headTicks());
  }

  /** Adds the connection's handlers to the end of its channel's pipeline. */
  static void start(Channel channel, HttpLoop http) {
    Http2Session session = new Http2Session(channel, http);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    channel.pipeline().addLast(session.handler, session.new End());
    session.context = channel.pipeline().context(session.handler);
  }

  // Reading

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    Http2Stream stream = connection.stream(streamId);
    if (stream == null) {
      return;
    }
    if (stream.getProperty(memberKey) instanceof Http2Request request) {
      request.trailers(endOfStream);
    } else if (heldBack > MAX_HELD_BACK) {
      // The client may try again (RFC 9113, section 8.7); it had better read first.
      reset(stream, Http2Error.REFUSED_STREAM);
    } else if (stream.getProperty(memberKey) == null) {
      Http2Request request = new Http2Request(this, stream);
      stream.setProperty(memberKey, request);
      request.start(headers, endOfStream);
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    onHeadersRead(ctx, streamId, headers, padding, endOfStream);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
    Http2Stream stream = connection.stream(streamId);
    Object member = stream == null ? null : stream.getProperty(memberKey);
    int all = data.readableBytes() + padding;
    if (member instanceof Http2Request request) {
      return request.data(data, endOfStream) ? all : padding;
    }
    if (member instanceof Http2Outlet outlet) {
      outlet.dropped(data.readableBytes());
    }
    return all;
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
    Http2Stream stream = connection.stream(streamId);
    if (stream != null && stream.getProperty(memberKey) instanceof Http2Member member) {
      stream.removeProperty(memberKey);
      member.streamClosed();
    }
  }

  @Override
  public void onStreamActive(Http2Stream stream) {
    deadline.never();
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    Http2Member member = stream.removeProperty(memberKey);
    if (member != null) {
      member.streamClosed();
    }
    if (connection.numActiveStreams() == 0) {
      deadline.in(http.idleTicks());
    }
  }

  // Writing

  HttpLoop http() {
    return http;
  }

  Channel channel() {
    return channel;
  }

  /** Replaces the request by the event stream that it has become. */
  void become(Http2Stream stream, Http2Member member) {
    stream.setProperty(memberKey, member);
  }

  /** Whether anything can be sent on the stream: it isn't closed or reset, nor its connection. */
  boolean isOpen(Http2Stream stream) {
    return channel.isActive() && stream.state() != Http2Stream.State.CLOSED;
  }

  ChannelFuture writeHeaders(Http2Stream stream, Http2Headers headers, boolean end) {
    ChannelHandlerContext ctx = context();
    flushSoon();
    return handler.encoder().writeHeaders(ctx, stream.id(), headers, 0, end, ctx.newPromise());
  }

  /**
   * Writes DATA frames as far as the windows let it, and keeps the rest until they open.
   *
   * @param bytes the session's from here on
   * @return completes when all of it was sent; fails when the stream is closed before that
   */
  ChannelFuture writeData(Http2Stream stream, ByteBuf bytes, boolean end) {
    ChannelHandlerContext ctx = context();
    guard.sent(Math.min(bytes.readableBytes(), Math.max(0, windows(stream))));
    ChannelFuture sent =
        handler.encoder().writeData(ctx, stream.id(), bytes, 0, end, ctx.newPromise());
    try {
      outbound.writePendingBytes();
    } catch (Http2Exception e) {
      handler.onError(ctx, true, e);
    }
    flushSoon();
    return sent;
  }

  void reset(Http2Stream stream, Http2Error error) {
    ChannelHandlerContext ctx = context();
    handler.resetStream(ctx, stream.id(), error.code(), ctx.newPromise());
    flushSoon();
  }

  /** Lets the client send as much again. */
  void consumed(Http2Stream stream, int bytes) {
    try {
      if (handler.decoder().flowController().consumeBytes(stream, bytes)) {
        flushSoon();
      }
    } catch (Http2Exception e) {
      handler.onError(context(), false, e);
    }
  }

  /**
   * Bytes that the windows of the stream and its connection have room for; 0 if none may go now.
   */
  int room(Http2Stream stream) {
    if (!channel.isWritable()) {
      // Perhaps only because this task has written so much.
      channel.flush();
    }
    return outbound.isWritable(stream) ? windows(stream) : 0;
  }

  private int windows(Http2Stream stream) {
    return Math.min(
        outbound.windowSize(stream), outbound.windowSize(connection.connectionStream()));
  }

  /** The window of a stream. */
  int window(Http2Stream stream) {
    return outbound.windowSize(stream);
  }

  /**
   * Counts an answer that waits for windows.
   *
   * @param sent completes when it doesn't any more
   */
  void holdsBack(int bytes, ChannelFuture sent) {
    heldBack += bytes;
    sent.addListener(done -> heldBack -= bytes);
  }

  /** Whether some of what was written waits for a window or for the socket. */
  boolean isHeldBack(Http2Stream stream) {
    return outbound.hasFlowControlled(stream);
  }

  private void flushSoon() {
    if (!flushing) {
      flushing = true;
      http.loop().execute(this::flush);
    }
  }

  private void flush() {
    flushing = false;
    // By way of the handler, which first sends what the windows have let through meanwhile.
    channel.flush();
  }

  // Told later, because it may happen within a member's call, or in the midst of a round.
  private void writabilityChanged(Http2Stream stream) {
    if (outbound.isWritable(stream) && stream.getProperty(memberKey) instanceof Http2Member m) {
      if (writable.isEmpty()) {
        http.loop().execute(this::tellWritable);
      }
      writable.add(m);
    }
  }

  private void tellWritable() {
    // Those that come while these are told get a task of their own.
    Http2Member[] members = writable.toArray(Http2Member[]::new);
    writable.clear();
    for (Http2Member member : members) {
      member.streamWritable();
    }
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("the session isn't started");
    }
    return ctx;
  }

  // Ends

  @Override
  public void expired() {
    channel.close(); // GOAWAY; nothing is open
  }

  @Override
  public void drain() {
    // GOAWAY, and the end when the last stream has closed.
    channel.close();
  }

  /** The end of the pipeline: what concerns the whole connection. */
  private final class End extends ChannelInboundHandlerAdapter {

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (ConnectionEnd.isInputEnd(event)) {
        // Nobody will open windows, reset streams or read a GOAWAY any more.
        context().close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      deadline.remove();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!ConnectionEnd.isOfTheClient(cause)) {
        log.error("An HTTP/2 connection of {} failed", Peer.text(channel), cause);
      }
      context().close();
    }
  }
}
