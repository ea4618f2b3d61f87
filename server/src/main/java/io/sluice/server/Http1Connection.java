package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.sluice.server.Deadlines.Deadline;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1 connection: takes requests from Netty's parser, one at a time, and writes the
 * responses.
 *
 * <p>What a client pipelines waits in a queue while a request is being answered, and while the
 * client doesn't take the answers. The socket isn't read while something waits, so the queue holds
 * what a single read brought. Responses that are written while a read is being worked off go out
 * together at its end.
 *
 * <p>Confined to its loop.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements Deadlines.Holder {

  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);

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
  private @Nullable Http1Request request;

  // What the client has sent, and waits for its turn.
  private final ArrayDeque<Object> waiting = new ArrayDeque<>(0);
  private boolean working;
  private boolean inputEnded;

  // What it hasn't been sent yet.
  private boolean inRead;
  private boolean unflushed;
  private long unsentBytes;

  private Http1Connection(Channel channel, HttpLoop http, Http1Decoder decoder) {
    this.channel = channel;
    this.http = http;
    this.decoder = decoder;
    deadline = http.deadline(this);
    deadline.in(http.headTicks());
  }

  /** Adds the connection's handlers to the end of its channel's pipeline. */
  static void start(Channel channel, HttpLoop http) {
    Http1Decoder decoder = new Http1Decoder(http.limits().headBytes());
    channel.pipeline().addLast(decoder, new Http1Connection(channel, http, decoder));
  }

  Channel channel() {
    return channel;
  }

  // Reading

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    inRead = true;
    if (!channel.isActive()) {
      // What the parser makes of a cut request, once the client has gone.
      ReferenceCountUtil.release(message);
    } else if (working || !waiting.isEmpty() || !isWanted(message)) {
      waiting.add(message);
      channel.config().setAutoRead(false);
    } else {
      working = true;
      take(message);
      working = false;
      if (!channel.config().isAutoRead()) {
        readsOn(); // the endpoint has held the body, and then answered
      }
    }
  }

  // Whether it can be worked off now. What the parser can't read comes as a request that is content
  // too.
  private boolean isWanted(Object message) {
    return message instanceof HttpRequest
        ? request == null && isWritable()
        : request == null || !request.holdsBody();
  }

  // A client that asks for much and takes nothing mustn't fill the memory.
  private boolean isWritable() {
    if (!channel.isWritable()) {
      channel.flush(); // perhaps it is only that the answers of this read wait for its end
    }
    return channel.isWritable();
  }

  private void take(Object message) {
    try {
      if (message instanceof HttpRequest head) {
        decoder.headRead();
        Http1Request.start(this, http, head);
      } else if (message instanceof HttpContent content && request != null) {
        request.take(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** Whether the client has closed its side. */
  boolean inputHasEnded() {
    return inputEnded;
  }

  /** Works off what waits, as far as it can be, and then reads the socket again. */
  void readsOn() {
    if (working || !channel.isActive()) {
      return; // who works looks again afterwards
    }
    working = true;
    while (!waiting.isEmpty() && isWanted(waiting.peek())) {
      take(waiting.remove());
    }
    working = false;
    if (!waiting.isEmpty() || (request != null && request.holdsBody())) {
      return;
    }
    if (!inputEnded) {
      if (!channel.config().isAutoRead()) {
        channel.config().setAutoRead(true);
      }
    } else if (request == null) {
      linger();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    inRead = false;
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
    if (phase == Phase.IDLE && decoder.withinHead()) {
      phase = Phase.HEAD;
      deadline.in(http.headTicks());
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable() && !waiting.isEmpty()) {
      http.loop().execute(this::readsOn);
    }
  }

  // The request that is being answered

  /** A request begins. */
  void begins(Http1Request next) {
    request = next;
  }

  /** The next part of the request's body must come in time. */
  void awaitsBody() {
    phase = Phase.BODY;
    deadline.in(http.bodyTicks());
  }

  /** The request was read, it is to be answered. */
  void awaitsResponse() {
    phase = Phase.RESPONSE;
    deadline.in(http.writeTicks());
  }

  /** The endpoint wants no more of the body for now, or wants it again. */
  void bodyHeld(boolean held) {
    if (held) {
      channel.config().setAutoRead(false);
      deadline.never();
    } else {
      awaitsBody();
      http.loop().execute(this::readsOn); // not from within the endpoint's call
    }
  }

  /** The request was read and answered. */
  void finished(boolean keepAlive) {
    request = null;
    if (!keepAlive || http.draining()) {
      linger();
      return;
    }
    phase = Phase.IDLE;
    deadline.in(http.idleTicks());
    readsOn();
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

  /**
   * Hands the connection to an event stream: all that is HTTP leaves it.
   *
   * @param head the response's, not sent yet
   */
  Http1Outlet becomeStream(ByteBuf head) {
    Http1Outlet outlet = new Http1Outlet(channel, head);
    leave();
    channel.pipeline().replace(this, null, outlet);
    channel.pipeline().remove(decoder);
    channel.config().setAutoRead(true);
    return outlet;
  }

  // Ends

  /** Ends in good order: what was written is sent, what comes is dropped. */
  void linger() {
    if (!channel.isActive()) {
      return;
    }
    leave();
    LingeringClose end = new LingeringClose(channel, http);
    channel.pipeline().replace(this, null, end);
    channel.pipeline().remove(decoder);
    end.begin();
  }

  /** Ends at once. */
  void close() {
    ConnectionEnd.cut(channel);
  }

  // Nothing more is answered by this object.
  private void leave() {
    Http1Request last = request;
    request = null;
    deadline.remove();
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    if (last != null) {
      last.ended();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!ConnectionEnd.isInputEnd(event)) {
      return;
    }
    // The client will send no more, but may read: what it has asked for it gets.
    inputEnded = true;
    if (waiting.isEmpty()) {
      if (request == null) {
        linger();
      } else if (request.awaitsBody()) {
        close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    leave();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!ConnectionEnd.isOfTheClient(cause)) {
      log.error("An HTTP/1 connection of {} failed", Peer.text(channel), cause);
    }
    close();
  }

  @Override
  public void expired() {
    switch (phase) {
      case IDLE -> closeIfStalled(http.idleTicks());
      case HEAD -> cutHead();
      case BODY -> {
        if (request != null) {
          request.stalled();
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
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long now = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    if (now == unsentBytes && (now > 0 || phase == Phase.IDLE)) {
      close();
    } else {
      unsentBytes = now;
      deadline.in(ticks);
    }
  }

  private void cutHead() {
    if (decoder.withinHead()) {
      Problem problem = HttpRules.headTimeout(http.limits());
      http.service().refusals().accept(problem);
      write(Http1Head.lastWords(channel.alloc(), http.dateLine(), problem));
      linger();
    } else {
      close();
    }
  }

  @Override
  public void drain() {
    if (request == null) {
      linger();
    } else {
      request.last();
    }
  }
}
