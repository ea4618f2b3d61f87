package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.sluice.access.Identity;
import io.sluice.hub.Loop;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response, the same for HTTP/1 and HTTP/2.
 *
 * <p>Confined to the loop of its connection. When the client has gone, answering does nothing.
 */
final class Exchange {

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  // What the hub tells one client isn't for caches, which may be shared, and never a script.
  private static final Fields JSON =
      Fields.of(
          "Content-Type",
          "application/json",
          "Cache-Control",
          "no-store",
          "X-Content-Type-Options",
          "nosniff");

  private static final byte[] NOTHING = {};

  private final Carrier carrier;
  private final HttpService service;
  private final String method;
  private final Target target;
  private final HttpHeaders headers;
  private Fields added = Fields.NONE;
  private int restFrom;
  private Identity identity = Identity.ANONYMOUS;
  private boolean answered;
  private boolean abandoned;
  private boolean pending;
  private boolean gone;
  private @Nullable BodyListener body;
  private @Nullable Predicate<Problem> refusals;

  Exchange(
      Carrier carrier, HttpService service, String method, Target target, HttpHeaders headers) {
    this.carrier = carrier;
    this.service = service;
    this.method = method;
    this.target = target;
    this.headers = headers;
  }

  /** {@code GET}, {@code POST} and so on, as it was sent. */
  String method() {
    return method;
  }

  /** Whether it was a HEAD: answered as a GET would be, without the body. */
  boolean headOnly() {
    return method.equals("HEAD");
  }

  /** Path and query. */
  Target target() {
    return target;
  }

  /**
   * What the route's template leaves open: for {@code /events/{channel}} the channel, decoded. An
   * escaped slash is a slash.
   *
   * @throws RefusedException with 400 {@code malformed-path} if it can't be decoded
   */
  String rest() {
    return target.decodedFrom(restFrom);
  }

  /** Set by the router: where in the path that part begins which its template leaves open. */
  void restFrom(int index) {
    restFrom = index;
  }

  /**
   * The query's parameters; parsed anew with each call.
   *
   * @throws RefusedException with 400 {@code malformed-query} if they can't be decoded
   */
  Query query() {
    return target.query();
  }

  /** The first header field of this name, in whatever case; null if there is none. */
  @Nullable String header(CharSequence name) {
    return headers.get(name);
  }

  /** All header fields of this name, in whatever case. */
  List<String> headers(CharSequence name) {
    return headers.getAll(name);
  }

  /** Who makes the request, as far as somebody has found out. */
  Identity identity() {
    return identity;
  }

  /** It was found out who makes the request. */
  void identify(Identity who) {
    identity = who;
  }

  /** Host and port that the client believes it talks to; null if it didn't say (HTTP/1.0). */
  @Nullable String authority() {
    return target.authority() != null ? target.authority() : headers.get("host");
  }

  /** The client, or the proxy before it. */
  InetSocketAddress remoteAddress() {
    return carrier.remoteAddress();
  }

  /** {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
  String protocol() {
    return carrier.protocol();
  }

  /** Where all of this happens. */
  Loop loop() {
    return carrier.loop();
  }

  /** Adds fields to whatever the answer will be, a refusal included. */
  void addFields(Fields fields) {
    added = added.and(fields);
  }

  /** The fields added so far. */
  Fields addedFields() {
    return added;
  }

  /** Whether an answer was begun. */
  boolean answered() {
    return answered;
  }

  /**
   * Reads the whole body, then calls back. A body over the limit is refused with 413 at once, and
   * not read to its end.
   */
  void aggregate(int maxBytes, Consumer<byte[]> callback) {
    stream(maxBytes, new WholeBody(callback));
  }

  /**
   * Reads the body as it comes.
   *
   * @param maxBytes over that it is refused with 413; if an answer was begun by then, that is cut
   */
  void stream(long maxBytes, BodyListener listener) {
    if (carrier.declaredBodyBytes() > maxBytes) {
      refuse(Problem.tooLarge(maxBytes));
      return;
    }
    body = new BoundedBody(maxBytes, listener, () -> refuse(Problem.tooLarge(maxBytes)));
    carrier.wantBody();
  }

  /** Stops reading the body until {@link #resumeBody}. */
  void pauseBody() {
    carrier.holdBody(true);
  }

  /** Goes on reading the body. */
  void resumeBody() {
    carrier.holdBody(false);
  }

  /** Answers. A second answer is a mistake of the endpoint and is dropped. */
  void respond(int status, Fields fields, byte[] content) {
    body = null;
    if (answered) {
      if (!abandoned) {
        log.warn("{} {} was answered twice", method, target.path());
      }
      return;
    }
    answering();
    carrier.respond(status, fields, content);
  }

  /** Answers without a body. */
  void respond(int status, Fields fields) {
    respond(status, fields, NOTHING);
  }

  /** Answers with JSON. */
  void respondJson(int status, byte[] json) {
    respond(status, JSON, json);
  }

  /**
   * Has refusals offered to somebody who may answer them in another way, as long as nothing was
   * answered.
   *
   * @param answers whether it has answered
   */
  void onRefusal(Predicate<Problem> answers) {
    refusals = answers;
  }

  /** Refuses the request. After the answer has begun, it is cut instead. */
  void refuse(Problem problem) {
    refuse(problem, Fields.NONE);
  }

  /**
   * Refuses the request.
   *
   * @param more fields beside the problem's own: {@code Allow} and the like
   */
  void refuse(Problem problem, Fields more) {
    if (abandoned) {
      return;
    }
    service.refusals().accept(problem);
    Predicate<Problem> other = refusals;
    refusals = null;
    if (answered) {
      body = null;
      carrier.abort();
    } else if (other == null || !other.test(problem)) {
      respond(problem.status(), problem.fields().and(more), problem.json());
    }
  }

  /**
   * Refuses the request in its endpoint's place, which has taken too long or mustn't wait. What the
   * endpoint answers later is dropped.
   */
  void abandon(Problem problem) {
    bodyFailed();
    refuse(problem);
    abandoned = true;
  }

  /** The client has gone, or nothing that is answered from now on can reach it. */
  void ended() {
    gone = true;
    bodyFailed();
    settle();
  }

  private void answering() {
    answered = true;
    settle();
  }

  private void pend() {
    if (answered || pending || gone) {
      return;
    }
    pending = service.pending().begin();
    if (!pending) {
      abandon(service.pending().refusal());
    }
  }

  private void settle() {
    if (pending) {
      pending = false;
      service.pending().end();
    }
  }

  /** Begins an answer whose body comes in pieces, while the request's body may still be read. */
  ResponseBody begin(int status, Fields fields) {
    if (abandoned) {
      return new UnreadResponseBody();
    }
    if (answered) {
      throw new IllegalStateException(method + " " + target.path() + " was answered already");
    }
    answering();
    return carrier.begin(status, fields);
  }

  /**
   * Turns the rest of the response into an event stream with status 200. The head waits for the
   * first write, or for the end of the loop's current task, and goes out with it.
   *
   * @param fields the head's, {@code Content-Type} included
   * @param opening gets the outlet and says who owns it; not called if the client has gone, or
   *     wanted the head only
   * @return whether {@code opening} was called
   */
  boolean openStream(Fields fields, Function<Outlet, OutletOwner> opening) {
    if (abandoned) {
      return false;
    }
    if (answered) {
      throw new IllegalStateException(method + " " + target.path() + " was answered already");
    }
    if (headOnly()) {
      respond(200, fields);
      return false;
    }
    body = null;
    answering();
    return carrier.openStream(fields, opening);
  }

  /**
   * Lets the endpoint answer, and answers in its place what it throws. If it hasn't answered by
   * then, the request is pending, and refused if too many are.
   */
  void run(Endpoint endpoint) {
    try {
      endpoint.handle(this);
    } catch (RuntimeException e) {
      failed(e);
    }
    pend();
  }

  /** More of the body has come. */
  void bodyChunk(ByteBuf chunk) {
    if (body != null) {
      try {
        body.chunk(chunk);
      } catch (RuntimeException e) {
        failed(e);
      }
    }
  }

  /** All of the body has come. */
  void bodyComplete() {
    BodyListener listener = body;
    body = null;
    if (listener != null) {
      try {
        listener.complete();
      } catch (RuntimeException e) {
        failed(e);
      }
    }
  }

  /** The rest of the body will never come. */
  void bodyFailed() {
    BodyListener listener = body;
    body = null;
    if (listener != null) {
      try {
        listener.failed();
      } catch (RuntimeException e) {
        log.error("{} {} failed after its client had gone", method, target.path(), e);
      }
    }
  }

  private void failed(RuntimeException e) {
    Problem problem = Problem.of(e);
    if (problem == null) {
      log.error("{} {} failed", method, target.path(), e);
      problem = Problem.internalError();
    }
    refuse(problem);
  }
}
