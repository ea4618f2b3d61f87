package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.sluice.server.Deadlines.Deadline;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beginning of a connection on an encrypted port. The first byte tells whether the client
 * speaks TLS; who speaks HTTP without it is told so. After the handshake, the protocol that was
 * agreed on takes over, and this leaves the pipeline. All of it has the time of a request's head.
 *
 * <p>Confined to the connection's loop.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter implements Deadlines.Holder {

  private static final Logger log = LoggerFactory.getLogger(TlsHandshake.class);

  /** A record of the handshake (RFC 8446, section 5.1): what every client of TLS begins with. */
  private static final int HANDSHAKE_RECORD = 22;

  private static final Problem NOT_ENCRYPTED =
      Problem.badRequest(
          "https-only", "https is spoken here, and this came as http: write https:// in the URL");

  private final Channel channel;
  private final HttpLoop http;
  private final TlsKeys keys;
  private final @Nullable Problem refusal;
  private final Deadline deadline;
  private @Nullable SslHandler tls;

  /**
   * @param refusal what the client is told once it can be told anything; null if it may come in
   */
  TlsHandshake(Channel channel, HttpLoop http, TlsKeys keys, @Nullable Problem refusal) {
    this.channel = channel;
    this.http = http;
    this.keys = keys;
    this.refusal = refusal;
    deadline = http.deadline(this);
    deadline.in(http.headTicks());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (!(message instanceof ByteBuf bytes) || !bytes.isReadable() || tls != null) {
      ReferenceCountUtil.release(message);
      return;
    }
    byte first = bytes.getByte(bytes.readerIndex());
    if (first == HANDSHAKE_RECORD) {
      SslHandler handler = keys.newHandler(ctx.alloc());
      tls = handler;
      ctx.pipeline().addBefore(ctx.name(), null, handler);
      handler.channelRead(ctx.pipeline().context(handler), message);
      return;
    }
    bytes.release();
    // All methods of HTTP begin like this, and so does the preface of HTTP/2.
    if (first >= 'A' && first <= 'Z') {
      http.service().refusals().accept(NOT_ENCRYPTED);
      refuse(ctx, NOT_ENCRYPTED);
    } else {
      ConnectionEnd.cut(channel);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      if (completion.isSuccess() && tls != null) {
        goOn(ctx, tls);
      } else {
        // Whoever scans ports does this all the time.
        log.debug(
            "{} gave up its handshake: {}", Peer.text(channel), String.valueOf(completion.cause()));
      }
    } else if (ConnectionEnd.isInputEnd(event)) {
      ConnectionEnd.cut(channel);
    }
  }

  private void goOn(ChannelHandlerContext ctx, SslHandler handler) {
    // In TLS 1.2 a client can ask for another handshake on the same connection, as often as it
    // likes. The JDK does it unless there may be no new session.
    if (handler.engine().getSession().getProtocol().equals("TLSv1.2")) {
      handler.engine().setEnableSessionCreation(false);
    }
    boolean http2 = ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol());
    if (refusal != null && http2) {
      channel.close();
    } else if (refusal != null) {
      refuse(ctx, refusal);
    } else {
      if (http2) {
        Http2Session.start(channel, http);
      } else {
        Http1Connection.start(channel, http);
      }
      ctx.pipeline().remove(this);
    }
  }

  private void refuse(ChannelHandlerContext ctx, Problem problem) {
    LingeringClose.refuse(channel, http, problem);
    ctx.pipeline().remove(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    deadline.remove();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ConnectionEnd.cut(channel);
  }

  @Override
  public void expired() {
    ConnectionEnd.cut(channel);
  }

  @Override
  public void drain() {
    ConnectionEnd.cut(channel);
  }
}
