package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import io.sluice.hub.Loop;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.server.Deadlines.Deadline;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request on a stream of HTTP/2, until it is answered or becomes an event stream.
 *
 * <p>Confined to its connection's loop.
 */
final class Http2Request implements Carrier, Http2Member, Deadlines.Holder {

  private static final AsciiString STATUS = Http2Headers.PseudoHeaderName.STATUS.value();
  // The codec has checked them.
  private static final HttpHeadersFactory UNCHECKED =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  private static final AsciiString DATE = HttpHeaderNames.DATE;

  private final Http2Session session;
  private final Http2Stream stream;
  private final Http2Upload upload;
  private @Nullable Exchange exchange;
  private @Nullable Deadline deadline;
  private long declaredBytes;
  private boolean bodyRead;
  private boolean begun;
  private boolean responded;
  private boolean continueExpected;
  private int windowSeen;
  private @Nullable Http2ResponseBody response;

  Http2Request(Http2Session session, Http2Stream stream) {
    this.session = session;
    this.stream = stream;
    upload = new Http2Upload(this, session, stream);
  }

  // Reading

  void start(Http2Headers head, boolean endOfStream) {
    bodyRead = endOfStream;
    HttpHeaders headers = fields(head);
    String path = text(head.path());
    Problem problem = null;
    Target target = Target.NOWHERE;
    try {
      target = Target.parse(path);
    } catch (RefusedException e) {
      problem = e.problem();
    }
    Exchange next =
        new Exchange(this, session.http().service(), text(head.method()), target, headers);
    exchange = next;
    if (problem == null && headers.size() > HttpLimits.MAX_HEADER_FIELDS) {
      problem = HttpRules.tooManyFields();
    }
    if (problem != null) {
      next.refuse(problem);
      return;
    }
    declaredBytes = bodyRead ? 0 : declared(headers);
    if (!bodyRead) {
      deadline().in(session.http().bodyTicks());
      continueExpected = "100-continue".equalsIgnoreCase(headers.get(HttpHeaderNames.EXPECT));
    }
    next.run(session.http().service().endpoint());
  }

  private static HttpHeaders fields(Http2Headers head) {
    HttpHeaders fields = UNCHECKED.newHeaders();
    for (Map.Entry<CharSequence, CharSequence> field : head) {
      if (Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(field.getKey())) {
        continue;
      }
      if (HttpHeaderNames.COOKIE.contentEqualsIgnoreCase(field.getKey())
          && fields.contains(HttpHeaderNames.COOKIE)) {
        // RFC 9113, section 8.2.3: one field in HTTP/1's sense may come as several.
        fields.set(
            HttpHeaderNames.COOKIE, fields.get(HttpHeaderNames.COOKIE) + "; " + field.getValue());
      } else {
        fields.add(field.getKey(), field.getValue());
      }
    }
    if (head.authority() != null) {
      fields.set(HttpHeaderNames.HOST, head.authority());
    }
    return fields;
  }

  private static String text(@Nullable CharSequence value) {
    return value == null ? "" : value.toString();
  }

  // The codec has checked that it is a number, and resets the stream if it isn't what comes.
  private static long declared(HttpHeaders headers) {
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length);
  }

  /** Fields after the body mean nothing here, but they may be its end. */
  void trailers(boolean endOfStream) {
    if (endOfStream) {
      upload.end();
    }
  }

  /**
   * More of the body.
   *
   * @return whether it was taken: if not, its bytes are reported as consumed later
   */
  boolean data(ByteBuf bytes, boolean endOfStream) {
    return upload.data(bytes, endOfStream);
  }

  /** More of the body, for the endpoint. */
  void bodyBytes(ByteBuf bytes) {
    if (exchange != null && bytes.isReadable()) {
      if (deadline != null && !responded) {
        deadline.in(session.http().bodyTicks());
      }
      exchange.bodyChunk(bytes);
    }
  }

  /** The body's end, for the endpoint. */
  void bodyEnd() {
    bodyRead = true;
    if (!responded) {
      endDeadline();
    }
    if (exchange != null) {
      exchange.bodyComplete();
    }
  }

  // Answering

  @Override
  public Loop loop() {
    return session.http().loop();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return Peer.address(session.channel());
  }

  @Override
  public String protocol() {
    return "HTTP/2";
  }

  @Override
  public long declaredBodyBytes() {
    return declaredBytes;
  }

  @Override
  public void wantBody() {
    if (continueExpected && session.isOpen(stream)) {
      continueExpected = false;
      session.writeHeaders(
          stream, new DefaultHttp2Headers(false).set(STATUS, AsciiString.of("100")), false);
    }
  }

  @Override
  public void holdBody(boolean hold) {
    if (exchange == null || bodyRead) {
      return;
    }
    if (deadline != null) {
      if (hold) {
        deadline.never();
      } else {
        deadline.in(session.http().bodyTicks());
      }
    }
    upload.hold(hold);
  }

  @Override
  public void respond(int status, Fields fields, byte[] body) {
    Exchange answered = exchange;
    if (answered == null || !session.isOpen(stream)) {
      return;
    }
    begun = true;
    boolean send = body.length > 0 && !answered.headOnly() && status != 204 && status != 304;
    Http2Headers head = head(status, fields.and(answered.addedFields()));
    if (status != 204 && status != 304) {
      head.set(HttpHeaderNames.CONTENT_LENGTH, AsciiString.of(Integer.toString(body.length)));
    }
    ChannelFuture last = session.writeHeaders(stream, head, !send);
    if (send && session.isOpen(stream)) {
      last = session.writeData(stream, Unpooled.wrappedBuffer(body), true);
      if (session.isHeldBack(stream)) {
        session.holdsBack(body.length, last);
      }
    }
    responded(last);
  }

  private Http2Headers head(int status, Fields fields) {
    Http2Headers head = new DefaultHttp2Headers(false);
    head.set(STATUS, AsciiString.of(Integer.toString(status)));
    head.set(DATE, session.http().date());
    fields.addTo(head);
    return head;
  }

  @Override
  public ResponseBody begin(int status, Fields fields) {
    Exchange answered = exchange;
    boolean headOnly = answered != null && answered.headOnly();
    Http2ResponseBody body = new Http2ResponseBody(this, session, stream, headOnly);
    if (answered == null || !session.isOpen(stream)) {
      body.abort();
      return body;
    }
    begun = true;
    response = body;
    session.writeHeaders(stream, head(status, fields.and(answered.addedFields())), false);
    return body;
  }

  /**
   * All of the response was written.
   *
   * @param last completes when it was sent
   */
  void responded(ChannelFuture last) {
    if (responded) {
      return;
    }
    responded = true;
    upload.drop();
    if (session.isOpen(stream) && session.isHeldBack(stream)) {
      windowSeen = session.window(stream);
      deadline().in(session.http().writeTicks());
    } else {
      endDeadline();
    }
    if (!bodyRead) {
      last.addListener(sent -> stopUpload());
    }
  }

  // RFC 9113, section 8.1: the answer is complete, and the rest of the request isn't needed for it.
  private void stopUpload() {
    if (!bodyRead && session.isOpen(stream)) {
      session.reset(stream, Http2Error.NO_ERROR);
    }
  }

  @Override
  public boolean openStream(Fields fields, Function<Outlet, OutletOwner> opening) {
    Exchange answered = exchange;
    if (answered == null || !session.isOpen(stream)) {
      return false;
    }
    session.writeHeaders(stream, head(200, fields.and(answered.addedFields())), false);
    if (!session.isOpen(stream)) {
      return false;
    }
    exchange = null;
    responded = true;
    endDeadline();
    upload.drop();
    Http2Outlet outlet = new Http2Outlet(session, stream);
    session.become(stream, outlet);
    outlet.open(opening);
    return true;
  }

  @Override
  public void abort() {
    if (session.isOpen(stream)) {
      session.reset(stream, Http2Error.INTERNAL_ERROR);
    }
  }

  // Ends

  @Override
  public void streamClosed() {
    Exchange last = exchange;
    exchange = null;
    endDeadline();
    if (last != null) {
      last.ended();
    }
    upload.drop();
    if (response != null) {
      response.streamClosed();
    }
  }

  @Override
  public void streamWritable() {
    if (response != null) {
      response.streamWritable();
    }
  }

  private Deadline deadline() {
    Deadline some = deadline;
    if (some == null) {
      some = session.http().deadline(this);
      deadline = some;
    }
    return some;
  }

  private void endDeadline() {
    if (deadline != null) {
      deadline.remove();
      deadline = null;
    }
  }

  @Override
  public void expired() {
    Exchange current = exchange;
    if (current == null || !session.isOpen(stream)) {
      return;
    }
    if (responded) {
      endIfStalled();
      return;
    }
    if (begun) {
      current.bodyFailed();
      abort();
    } else {
      current.abandon(HttpRules.bodyTimeout(session.http().limits()));
    }
  }

  // A client that asks for long answers and opens no window for them mustn't keep them here.
  private void endIfStalled() {
    int window = session.window(stream);
    if (!session.isHeldBack(stream)) {
      endDeadline();
    } else if (window == windowSeen) {
      session.reset(stream, Http2Error.CANCEL);
    } else {
      windowSeen = window;
      deadline().in(session.http().writeTicks());
    }
  }

  @Override
  public void drain() {}
}
