package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.sluice.hub.Loop;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.server.Deadlines.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1 connection: takes requests from Netty's parser, one at a time, and writes the
 * responses.
 *
 * <p>What a client pipelines waits in a queue, and the socket isn't read while there is one: it
 * holds what a single read brought. Responses that are written while a read is being worked off go
 * out together at its end.
 *
 * <p>Confined to its loop.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter
    implements Carrier, Deadlines.Holder {

  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);

  /** A body that nobody wants is read to its end if no more than this is left of it. */
  private static final long MAX_UNWANTED_BYTES = 64 << 10;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** What the client owes, or is owed. */
  private enum Phase {
    /** Nothing: it may send its next request. */
    IDLE,
    /** The rest of a request's head. */
    HEAD,
    /** The rest of a request's body. */
    BODY,
    /** The response. */
    RESPONSE
  }

  private final HttpLoop http;
  private final Http1Decoder decoder;
  private final Deadline deadline;
  private final Channel channel;
  private Phase phase = Phase.HEAD;

  // The request being answered.
  private @Nullable Exchange exchange;
  private @Nullable HttpRequest request;
  private boolean continueExpected;
  private boolean bodyRead;
  private boolean bodyHeld;
  private long bodyLeft;
  private boolean begun;
  private boolean responded;
  private boolean keepAlive;

  // The messages that wait behind it.
  private final ArrayDeque<Object> waiting = new ArrayDeque<>(0);
  private boolean working;
  private boolean inRead;
  private boolean unflushed;
  private long unsent;

  Http1Connection(Channel channel, HttpLoop http, Http1Decoder decoder) {
    this.channel = channel;
    this.http = http;
    this.decoder = decoder;
    deadline = http.deadline(this);
    deadline.in(http.headTicks());
  }

  // Reading

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    inRead = true;
    if (!channel.isActive()) {
      // What the parser makes of a cut request, once the client has gone.
      ReferenceCountUtil.release(message);
    } else if (working || !waiting.isEmpty() || !wanted(message)) {
      waiting.add(message);
      channel.config().setAutoRead(false);
    } else {
      working = true;
      take(message);
      working = false;
      // An endpoint that held its body and then answered left the reading off: on with it.
      takeWaiting();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    inRead = false;
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
    if (exchange == null && phase == Phase.IDLE && decoder.withinHead()) {
      phase = Phase.HEAD;
      deadline.in(http.headTicks());
    }
  }

  // Whether it can be worked off now: a request if none is being answered, content if the endpoint
  // takes it. What the parser can't read comes as a request that is content too.
  private boolean wanted(Object message) {
    return message instanceof HttpRequest ? exchange == null : !bodyHeld;
  }

  private void takeWaiting() {
    if (working) {
      return;
    }
    working = true;
    while (!waiting.isEmpty() && wanted(waiting.peek())) {
      take(waiting.remove());
    }
    working = false;
    if (waiting.isEmpty() && !bodyHeld && !channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  private void take(Object message) {
    try {
      if (message instanceof HttpRequest head) {
        decoder.headRead();
        takeRequest(head);
      } else if (message instanceof HttpContent content) {
        takeContent(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void takeRequest(HttpRequest head) {
    request = head;
    bodyRead = false;
    begun = false;
    responded = false;
    keepAlive = HttpUtil.isKeepAlive(head) && !http.draining();
    continueExpected = false;
    bodyLeft = 0;
    Problem problem = HttpRules.check(head, http.limits());
    Target target = Target.NOWHERE;
    if (problem == null) {
      try {
        target = Target.parse(head.uri());
      } catch (RefusedException e) {
        problem = e.problem();
      }
    }
    Exchange next =
        new Exchange(this, http.service(), head.method().name(), target, head.headers());
    exchange = next;
    if (problem != null) {
      // Where this request ends can't be known, or needn't: nothing after it is read.
      bodyLeft = -1;
      keepAlive = false;
      next.refuse(problem);
      return;
    }
    bodyLeft = HttpUtil.isTransferEncodingChunked(head) ? -1 : HttpUtil.getContentLength(head, 0L);
    if (bodyLeft != 0) {
      phase = Phase.BODY;
      deadline.in(http.bodyTicks());
      if (head.headers().contains(HttpHeaderNames.EXPECT) && !expect(head, next)) {
        return;
      }
    } else {
      phase = Phase.RESPONSE;
      deadline.in(http.writeTicks());
    }
    next.run(http.service().endpoint());
  }

  // RFC 9110, section 10.1.1. HTTP/1.0 clients don't wait for it, and wouldn't know the answer.
  private boolean expect(HttpRequest head, Exchange next) {
    if (head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return true;
    }
    if (HttpUtil.is100ContinueExpected(head)) {
      continueExpected = true;
      return true;
    }
    keepAlive = false;
    next.refuse(
        Problem.of(417, "unknown-expectation", "the only Expect that is known is 100-continue"));
    return false;
  }

  private void takeContent(HttpContent content) {
    Exchange current = exchange;
    if (current == null || bodyRead) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      keepAlive = false;
      bodyLeft = -1;
      current.bodyFailed();
      if (!begun) {
        current.refuse(Problem.badRequest("malformed-body", "the body's chunks are malformed"));
      } else {
        abort(current);
      }
      return;
    }
    ByteBuf bytes = content.content();
    if (bodyLeft > 0) {
      bodyLeft -= bytes.readableBytes();
    }
    if (bytes.isReadable()) {
      deadline.in(http.bodyTicks());
      current.bodyChunk(bytes);
    }
    if (content instanceof LastHttpContent && exchange == current) {
      bodyRead = true;
      phase = Phase.RESPONSE;
      deadline.in(http.writeTicks());
      current.bodyComplete();
      finish(current);
    }
  }

  // Answering

  @Override
  public Loop loop() {
    return http.loop();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return (InetSocketAddress) channel.remoteAddress();
  }

  @Override
  public String protocol() {
    return request == null ? "HTTP/1.1" : request.protocolVersion().text();
  }

  @Override
  public long declaredBodyBytes() {
    return bodyLeft;
  }

  @Override
  public void wantBody(Exchange asking) {
    if (asking == exchange && continueExpected) {
      continueExpected = false;
      write(channel.alloc().directBuffer(CONTINUE.length).writeBytes(CONTINUE));
    }
  }

  @Override
  public void holdBody(Exchange asking, boolean hold) {
    if (asking != exchange || bodyRead) {
      return;
    }
    bodyHeld = hold;
    if (hold) {
      channel.config().setAutoRead(false);
      deadline.never();
    } else {
      deadline.in(http.bodyTicks());
      // Not from within the endpoint's call.
      http.loop().execute(this::takeWaiting);
    }
  }

  @Override
  public void respond(Exchange answered, int status, Fields fields, byte[] body) {
    if (answered != exchange) {
      return;
    }
    closeUnlessBodyIsNearlyRead();
    boolean hasBody = status != 204 && status != 304;
    Http1Head head =
        new Http1Head(
            status,
            fields,
            answered.addedFields(),
            hasBody ? Http1Head.Framing.LENGTH : Http1Head.Framing.NONE,
            connectionAfter());
    boolean send = hasBody && !answered.headOnly();
    ByteBuf out =
        head.encode(channel.alloc(), http.dateLine(), body.length, send ? body.length : 0);
    if (send) {
      out.writeBytes(body);
    }
    begun = true;
    write(out);
    responded(answered);
  }

  @Override
  public ResponseBody begin(Exchange answered, int status, Fields fields) {
    if (answered != exchange) {
      return new Http1ResponseBody(this, channel, answered, false);
    }
    boolean chunked = request != null && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    if (!chunked) {
      keepAlive = false;
    }
    Http1Head head =
        new Http1Head(
            status,
            fields,
            answered.addedFields(),
            chunked ? Http1Head.Framing.CHUNKED : Http1Head.Framing.NONE,
            connectionAfter());
    begun = true;
    write(head.encode(channel.alloc(), http.dateLine(), 0, 0));
    return new Http1ResponseBody(this, channel, answered, chunked);
  }

  private Http1Head.Connection connectionAfter() {
    if (!keepAlive) {
      return Http1Head.Connection.CLOSES;
    }
    return request != null && request.protocolVersion().equals(HttpVersion.HTTP_1_0)
        ? Http1Head.Connection.STAYS_SAID
        : Http1Head.Connection.STAYS;
  }

  // A body that nobody wanted: is it cheaper to read its rest than to lose the connection? A client
  // that was never told to continue may send it or not, so its next request can't be found.
  private void closeUnlessBodyIsNearlyRead() {
    if (!bodyRead && (continueExpected || bodyLeft < 0 || bodyLeft > MAX_UNWANTED_BYTES)) {
      keepAlive = false;
    }
  }

  /** Whether the exchange is the one being answered, and its client is still there. */
  boolean isCurrent(Exchange asking) {
    return asking == exchange;
  }

  /** Writes a part of a response; the buffer is the channel's from here on. */
  void write(ByteBuf bytes) {
    if (inRead) {
      unflushed = true;
      channel.write(bytes, channel.voidPromise());
    } else {
      channel.writeAndFlush(bytes, channel.voidPromise());
    }
  }

  /** All of the response was written. */
  void responded(Exchange answered) {
    if (answered != exchange) {
      return;
    }
    closeUnlessBodyIsNearlyRead();
    responded = true;
    bodyHeld = false;
    if (!keepAlive) {
      linger();
    } else {
      finish(answered);
      // When an endpoint answers later, what has been pipelined meanwhile is taken up here.
      takeWaiting();
    }
  }

  // The exchange is over when the response was written and the body was read, in whatever order.
  private void finish(Exchange answered) {
    if (answered != exchange || !responded) {
      return;
    }
    if (!bodyRead && bodyLeft != 0) {
      return;
    }
    // Without a body the parser's end of the message is still to come, and is dropped then.
    exchange = null;
    request = null;
    if (!keepAlive || http.draining()) {
      linger();
      return;
    }
    phase = Phase.IDLE;
    deadline.in(http.idleTicks());
  }

  @Override
  public void openStream(Exchange answered, Fields fields, Function<Outlet, OutletOwner> opening) {
    if (answered != exchange) {
      return;
    }
    // The end of the connection is the end of the body: the log's bytes go out as they are.
    Http1Head head =
        new Http1Head(
            200,
            fields,
            answered.addedFields(),
            Http1Head.Framing.NONE,
            Http1Head.Connection.CLOSES);
    ByteBuf encoded = head.encode(channel.alloc(), http.dateLine(), 0, 0);
    Http1Outlet outlet = new Http1Outlet(channel, encoded);
    leave();
    channel.pipeline().replace(this, null, outlet);
    channel.pipeline().remove(decoder);
    channel.config().setAutoRead(true);
    outlet.open(opening);
  }

  @Override
  public void abort(Exchange answered) {
    if (answered == exchange) {
      channel.close();
    }
  }

  private void linger() {
    if (!channel.isActive()) {
      return;
    }
    Exchange last = exchange;
    leave();
    if (last != null) {
      last.bodyFailed();
    }
    LingeringClose end = new LingeringClose(channel, http);
    channel.pipeline().replace(this, null, end);
    channel.pipeline().remove(decoder);
    end.begin();
  }

  // Nothing more is answered by this object.
  private void leave() {
    exchange = null;
    request = null;
    deadline.remove();
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  // Ends

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      // The client will send no more, but may read: what it asked for it gets.
      keepAlive = false;
      if (exchange == null || (!bodyRead && bodyLeft != 0)) {
        channel.close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Exchange last = exchange;
    leave();
    if (last != null) {
      last.bodyFailed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log.error("An HTTP/1 connection of {} failed", channel.remoteAddress(), cause);
    }
    channel.close();
  }

  @Override
  public void expired() {
    Exchange current = exchange;
    switch (phase) {
      case IDLE -> closeIfStalled(http.idleTicks());
      case HEAD -> cutHead();
      case BODY -> {
        if (current != null && !begun) {
          keepAlive = false;
          current.bodyFailed();
          current.refuse(HttpRules.bodyTimeout(http.limits()));
        } else {
          channel.close();
        }
      }
      // Who waits for the endpoint isn't stalled.
      case RESPONSE -> closeIfStalled(http.writeTicks());
    }
  }

  // Closes if nothing of what waits to be sent was taken since the last look. An idle connection
  // has
  // nothing to send, unless its last response is long.
  private void closeIfStalled(long ticks) {
    long now = unsentBytes();
    if (now == unsent && (now > 0 || phase == Phase.IDLE)) {
      channel.close();
    } else {
      unsent = now;
      deadline.in(ticks);
    }
  }

  private long unsentBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  private void cutHead() {
    if (!decoder.withinHead()) {
      channel.close();
      return;
    }
    Problem problem = HttpRules.headTimeout(http.limits());
    http.service().refusals().accept(problem);
    Http1Head head =
        new Http1Head(
            problem.status(),
            problem.fields(),
            Fields.NONE,
            Http1Head.Framing.LENGTH,
            Http1Head.Connection.CLOSES);
    byte[] body = problem.json();
    write(head.encode(channel.alloc(), http.dateLine(), body.length, body.length).writeBytes(body));
    linger();
  }

  @Override
  public void drain() {
    keepAlive = false;
    if (exchange == null) {
      channel.close();
    }
  }
}
