package io.sluice.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

/** What a request must be like before anybody answers it. Stateless. */
final class HttpRules {

  private HttpRules() {}

  /** What is wrong with the head of an HTTP/1 request, null if nothing is. */
  static @Nullable Problem check(HttpRequest request, HttpLimits limits) {
    if (request.decoderResult().isFailure()) {
      return unreadable(request.decoderResult().cause(), limits);
    }
    if (request.decoderResult() instanceof HttpMessageDecoderResult sizes
        && sizes.totalSize() > limits.headBytes()) {
      return headTooLarge(limits);
    }
    if (request.headers().size() > HttpLimits.MAX_HEADER_FIELDS) {
      return tooManyFields();
    }
    HttpVersion version = request.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      return Problem.of(
          505, "unsupported-version", "HTTP/1.0, HTTP/1.1 and HTTP/2 are spoken here");
    }
    // RFC 9112, section 3.2: one Host in every request of HTTP/1.1.
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
      return Problem.badRequest("malformed-host", "there must be one Host, and there are " + hosts);
    }
    return null;
  }

  private static Problem unreadable(Throwable cause, HttpLimits limits) {
    if (cause instanceof TooLongHttpLineException) {
      return Problem.of(
          414,
          "target-too-long",
          "a request's head may have " + limits.headBytes() + " bytes, its first line has more");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return headTooLarge(limits);
    }
    // The parser's words may quote the request; they are about the head's form, so ours will do.
    return Problem.badRequest(
        "malformed-request", "this isn't an HTTP/1 request as RFC 9112 has it");
  }

  /** 431: it has more than {@link HttpLimits#MAX_HEADER_FIELDS}. */
  static Problem tooManyFields() {
    return Problem.of(
        431,
        "head-too-large",
        "a request may have " + HttpLimits.MAX_HEADER_FIELDS + " header fields, this one has more");
  }

  /** 417: it expects something else than to be told to continue. */
  static Problem unknownExpectation() {
    return Problem.of(417, "unknown-expectation", "the only Expect that is known is 100-continue");
  }

  /** 408: the head didn't come in time. */
  static Problem headTimeout(HttpLimits limits) {
    return Problem.of(
        408,
        "head-timeout",
        "the request's head took longer than " + limits.headTimeout().toMillis() + " ms");
  }

  /** 408: the body makes no progress. */
  static Problem bodyTimeout(HttpLimits limits) {
    return Problem.of(
        408,
        "body-timeout",
        "no more of the body came for " + limits.bodyTimeout().toMillis() + " ms");
  }

  private static Problem headTooLarge(HttpLimits limits) {
    return Problem.of(
        431,
        "head-too-large",
        "a request's head may have " + limits.headBytes() + " bytes, this one has more");
  }
}
