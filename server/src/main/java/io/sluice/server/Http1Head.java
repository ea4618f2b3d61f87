package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/**
 * The head of an HTTP/1 response, written by hand: a publisher's answer is a head and 20 bytes, and
 * is sent 50,000 times a second.
 *
 * <p>Immutable.
 *
 * @param status 200 to 599
 * @param fields the endpoint's
 * @param added those that go with every answer to this request
 * @param framing how the client finds the end of the body
 * @param connection what becomes of the connection after it
 */
record Http1Head(int status, Fields fields, Fields added, Framing framing, Connection connection) {

  /** How the client finds the end of the body (RFC 9112, section 6.3). */
  enum Framing {
    /** {@code Content-Length}. */
    LENGTH,
    /** {@code Transfer-Encoding: chunked}. */
    CHUNKED,
    /** The body ends with the connection, or there is none because of the status. */
    NONE
  }

  /** What becomes of the connection after the response. */
  enum Connection {
    /** It stays, as is usual in HTTP/1.1. */
    STAYS,
    /** It stays, and the client must be told. */
    STAYS_SAID,
    /** It ends. */
    CLOSES
  }

  private static final byte[][] STATUS_LINES = new byte[600][];
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] LINE_BREAK = ascii("\r\n");
  private static final int MAX_LENGTH_LINE = CONTENT_LENGTH.length + 12;

  static {
    for (int code = 100; code < STATUS_LINES.length; code++) {
      String phrase = HttpResponseStatus.valueOf(code).reasonPhrase();
      STATUS_LINES[code] = ascii("HTTP/1.1 " + code + " " + phrase + "\r\n");
    }
  }

  /**
   * Encodes the head.
   *
   * @param date the line with the date
   * @param contentLength what {@link Framing#LENGTH} says
   * @param room bytes that the caller will add
   * @return a direct buffer, the caller's
   */
  ByteBuf encode(ByteBufAllocator allocator, byte[] date, int contentLength, int room) {
    byte[] statusLine = STATUS_LINES[status];
    int most =
        statusLine.length
            + date.length
            + fields.http1Length()
            + added.http1Length()
            + MAX_LENGTH_LINE
            + CHUNKED.length
            + KEEP_ALIVE.length
            + LINE_BREAK.length;
    ByteBuf out = allocator.directBuffer(most + room);
    out.writeBytes(statusLine);
    out.writeBytes(date);
    fields.writeTo(out);
    added.writeTo(out);
    switch (framing) {
      case LENGTH -> {
        out.writeBytes(CONTENT_LENGTH);
        writeDecimal(out, contentLength);
        out.writeBytes(LINE_BREAK);
      }
      case CHUNKED -> out.writeBytes(CHUNKED);
      case NONE -> {}
    }
    switch (connection) {
      case STAYS -> {}
      case STAYS_SAID -> out.writeBytes(KEEP_ALIVE);
      case CLOSES -> out.writeBytes(CLOSE);
    }
    out.writeBytes(LINE_BREAK);
    return out;
  }

  /** A whole response that refuses a request, or a connection, of which nothing more is read. */
  static ByteBuf lastWords(ByteBufAllocator allocator, byte[] date, Problem problem) {
    byte[] body = problem.json();
    return new Http1Head(
            problem.status(), problem.fields(), Fields.NONE, Framing.LENGTH, Connection.CLOSES)
        .encode(allocator, date, body.length, body.length)
        .writeBytes(body);
  }

  private static void writeDecimal(ByteBuf out, int value) {
    int divisor = 1;
    while (value / divisor >= 10) {
      divisor *= 10;
    }
    for (; divisor > 0; divisor /= 10) {
      out.writeByte('0' + value / divisor % 10);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
