package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.hub.Loop;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.server.Http1Head.Framing;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * A request on a connection of HTTP/1, until it is answered and read, or becomes an event stream.
 *
 * <p>Confined to its connection's loop.
 */
final class Http1Request implements Carrier {

  /** A body that nobody wants is read to its end if no more than this is left of it. */
  private static final long MAX_UNWANTED_BYTES = 64 << 10;

  private static final long UNKNOWN = -1;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Http1Connection connection;
  private final HttpLoop http;
  private final HttpVersion version;
  private final Exchange exchange;

  private long bodyLeft;
  private boolean bodyRead;
  private boolean bodyHeld;
  private boolean continueExpected;
  private boolean begun;
  private boolean responded;
  private boolean keepAlive;
  private boolean over;

  private Http1Request(Http1Connection connection, HttpLoop http, HttpRequest head, Target target) {
    this.connection = connection;
    this.http = http;
    version = head.protocolVersion();
    keepAlive = HttpUtil.isKeepAlive(head) && !http.draining();
    exchange = new Exchange(this, http.service(), head.method().name(), target, head.headers());
  }

  /** Takes a request's head, and lets the endpoint answer it. */
  static void start(Http1Connection connection, HttpLoop http, HttpRequest head) {
    Problem problem = HttpRules.check(head, http.limits());
    Target target = Target.NOWHERE;
    if (problem == null) {
      try {
        target = Target.parse(head.uri());
      } catch (RefusedException e) {
        problem = e.problem();
      }
    }
    Http1Request request = new Http1Request(connection, http, head, target);
    connection.begins(request);
    if (problem == null) {
      request.answer(head);
    } else {
      // Where this request ends can't be known, or needn't: nothing after it is read.
      request.bodyLeft = UNKNOWN;
      request.keepAlive = false;
      request.exchange.refuse(problem);
    }
  }

  private void answer(HttpRequest head) {
    bodyLeft =
        HttpUtil.isTransferEncodingChunked(head) ? UNKNOWN : HttpUtil.getContentLength(head, 0L);
    if (bodyLeft == 0) {
      connection.awaitsResponse(); // and the parser's word that the body, of no bytes, has ended
    } else {
      connection.awaitsBody();
      // RFC 9110, section 10.1.1. HTTP/1.0 clients don't wait for it, and wouldn't know the answer.
      if (head.headers().contains(HttpHeaderNames.EXPECT)
          && !version.equals(HttpVersion.HTTP_1_0)) {
        if (!HttpUtil.is100ContinueExpected(head)) {
          keepAlive = false;
          exchange.refuse(HttpRules.unknownExpectation());
          return;
        }
        continueExpected = true;
      }
    }
    exchange.run(http.service().endpoint());
  }

  /** Takes more of the body. What comes after its end, and when nobody wants it, is dropped. */
  void take(HttpContent content) {
    if (over || bodyRead) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      keepAlive = false;
      bodyLeft = UNKNOWN;
      fail(Problem.badRequest("malformed-body", "the body's chunks are malformed"));
      return;
    }
    ByteBuf bytes = content.content();
    if (bodyLeft > 0) {
      bodyLeft -= bytes.readableBytes();
    }
    if (bytes.isReadable()) {
      connection.awaitsBody();
      exchange.bodyChunk(bytes);
    }
    if (content instanceof LastHttpContent && !over) {
      bodyRead = true;
      connection.awaitsResponse();
      exchange.bodyComplete();
      finish();
    }
  }

  /** Whether more of the body is to come. */
  boolean awaitsBody() {
    return !bodyRead && bodyLeft != 0;
  }

  /** Whether the endpoint wants no more of the body for now. */
  boolean holdsBody() {
    return bodyHeld;
  }

  /** The body has made no progress for too long. */
  void stalled() {
    keepAlive = false;
    fail(HttpRules.bodyTimeout(http.limits()));
  }

  private void fail(Problem problem) {
    if (begun) {
      exchange.bodyFailed();
      connection.close();
    } else {
      exchange.abandon(problem);
    }
  }

  /** The connection has ended, or serves this request no longer. */
  void ended() {
    over = true;
    exchange.ended();
  }

  /** Nothing comes after the response. */
  void last() {
    keepAlive = false;
  }

  @Override
  public Loop loop() {
    return http.loop();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return Peer.address(connection.channel());
  }

  @Override
  public String protocol() {
    return version.text();
  }

  @Override
  public long declaredBodyBytes() {
    return bodyLeft;
  }

  @Override
  public void wantBody() {
    if (continueExpected && !over) {
      continueExpected = false;
      connection.write(
          connection.channel().alloc().directBuffer(CONTINUE.length).writeBytes(CONTINUE));
    }
  }

  @Override
  public void holdBody(boolean hold) {
    if (!over && !bodyRead && bodyHeld != hold) {
      bodyHeld = hold;
      connection.bodyHeld(hold);
    }
  }

  @Override
  public void respond(int status, Fields fields, byte[] body) {
    if (over) {
      return;
    }
    closeUnlessBodyIsNearlyRead();
    boolean hasBody = status != 204 && status != 304;
    int sent = hasBody && !exchange.headOnly() ? body.length : 0;
    ByteBuf out = head(status, fields, hasBody ? Framing.LENGTH : Framing.NONE, body.length, sent);
    out.writeBytes(body, 0, sent);
    begun = true;
    connection.write(out);
    responded();
  }

  private ByteBuf head(int status, Fields fields, Framing framing, int contentLength, int room) {
    Http1Head.Connection after =
        !keepAlive
            ? Http1Head.Connection.CLOSES
            : version.equals(HttpVersion.HTTP_1_0)
                ? Http1Head.Connection.STAYS_SAID
                : Http1Head.Connection.STAYS;
    return new Http1Head(status, fields, exchange.addedFields(), framing, after)
        .encode(connection.channel().alloc(), http.dateLine(), contentLength, room);
  }

  @Override
  public ResponseBody begin(int status, Fields fields) {
    boolean chunked = version.equals(HttpVersion.HTTP_1_1);
    if (!chunked) {
      keepAlive = false;
    }
    if (!over) {
      begun = true;
      connection.write(head(status, fields, chunked ? Framing.CHUNKED : Framing.NONE, 0, 0));
    }
    return new Http1ResponseBody(this, connection, exchange.headOnly(), chunked);
  }

  // A body that nobody wanted: is it cheaper to read its rest than to lose the connection? A client
  // that was never told to continue may send it or not, so its next request can't be found.
  private void closeUnlessBodyIsNearlyRead() {
    if (awaitsBody() && (continueExpected || bodyLeft < 0 || bodyLeft > MAX_UNWANTED_BYTES)) {
      keepAlive = false;
    }
  }

  /** Whether nobody is there any more to be answered. */
  boolean isOver() {
    return over;
  }

  /** All of the response was written. */
  void responded() {
    if (over) {
      return;
    }
    closeUnlessBodyIsNearlyRead();
    responded = true;
    bodyHeld = false;
    if (keepAlive) {
      finish();
    } else {
      connection.linger();
    }
  }

  // It is over when the response was written and the body was read, in whatever order.
  private void finish() {
    if (over || !responded) {
      return;
    }
    if (awaitsBody()) {
      connection.readsOn(); // it may have been held
    } else {
      over = true;
      connection.finished(keepAlive);
    }
  }

  @Override
  public boolean openStream(Fields fields, Function<Outlet, OutletOwner> opening) {
    if (over) {
      return false;
    }
    if (connection.inputHasEnded()) {
      connection.close(); // as if the client had closed its side a moment later
      return false;
    }
    // The end of the connection is the end of the body: the log's bytes go out as they are.
    keepAlive = false;
    connection.becomeStream(head(200, fields, Framing.NONE, 0, 0)).open(opening);
    return true;
  }

  @Override
  public void abort() {
    if (!over) {
      connection.close();
    }
  }
}
