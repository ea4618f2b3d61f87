package io.sluice.server;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Netty's parser of HTTP/1 requests, which also tells whether it is within a request's head: that
 * must not take for ever.
 *
 * <p>Confined to its connection's loop.
 */
final class Http1Decoder extends HttpRequestDecoder {

  private boolean lineRead;

  /**
   * @param headBytes the most for a request line, and the most for all header fields
   */
  Http1Decoder(int headBytes) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(headBytes)
            .setMaxHeaderSize(headBytes)
            .setMaxChunkSize(64 << 10)
            .setStrictLineParsing(true)
            .setAllowDuplicateContentLengths(false));
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) throws Exception {
    lineRead = true;
    return super.createMessage(initialLine);
  }

  /** A request's head was read to its end, or to its first error. */
  void headRead() {
    lineRead = false;
  }

  /** Whether a part of a head has come. */
  boolean withinHead() {
    return lineRead || actualReadableBytes() > 0;
  }
}
