package io.sluice.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the head of an HTTP/1.1 response says about its body (RFC 9112, section 6.3). Immutable.
 *
 * @param status the status code
 * @param framing how the end of the body is found
 * @param contentLength bytes of the body, where the framing is {@link Framing#LENGTH}
 * @param closes whether the server closes the connection after this response
 */
record ResponseHead(int status, Framing framing, long contentLength, boolean closes) {

  /** How the end of a body is found. */
  enum Framing {
    /** After the number of bytes that the head says. */
    LENGTH,
    /** After the last chunk. */
    CHUNKED,
    /** When the connection ends. */
    UNTIL_CLOSE
  }

  private static final byte[] CONTENT_LENGTH = ascii("content-length:");
  private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding:");
  private static final byte[] CONNECTION = ascii("connection:");
  private static final byte[] CHUNKED = ascii("chunked");
  private static final byte[] CLOSE = ascii("close");

  /** Answers the index after the blank line that ends a head, or -1 if it isn't there yet. */
  static int end(ByteBuffer bytes, int from, int to) {
    for (int at = from; at + 3 < to; at++) {
      if (bytes.get(at) == '\r'
          && bytes.get(at + 1) == '\n'
          && bytes.get(at + 2) == '\r'
          && bytes.get(at + 3) == '\n') {
        return at + 4;
      }
    }
    return -1;
  }

  /** Parses a whole head. Without garbage, since publishers parse one for each event. */
  static ResponseHead parse(ByteBuffer bytes, int from, int end) {
    if (end - from < 16 || bytes.get(from) != 'H' || bytes.get(from + 8) != ' ') {
      throw new MalformedResponseException("not an HTTP/1.1 status line");
    }
    int status = number(bytes, from + 9, from + 12);
    long contentLength = -1;
    boolean chunked = false;
    boolean closes = false;
    int line = nextLine(bytes, from, end);
    while (line < end) {
      int next = nextLine(bytes, line, end);
      if (startsWith(bytes, line, next, CONTENT_LENGTH)) {
        contentLength = number(bytes, line + CONTENT_LENGTH.length, next);
      } else if (startsWith(bytes, line, next, TRANSFER_ENCODING)) {
        chunked = contains(bytes, line + TRANSFER_ENCODING.length, next, CHUNKED);
      } else if (startsWith(bytes, line, next, CONNECTION)) {
        closes = contains(bytes, line + CONNECTION.length, next, CLOSE);
      }
      line = next;
    }
    if (chunked) {
      return new ResponseHead(status, Framing.CHUNKED, -1, closes);
    }
    if (status == 204 || status == 304 || status < 200) {
      return new ResponseHead(status, Framing.LENGTH, 0, closes);
    }
    return contentLength < 0
        ? new ResponseHead(status, Framing.UNTIL_CLOSE, -1, true)
        : new ResponseHead(status, Framing.LENGTH, contentLength, closes);
  }

  private static int nextLine(ByteBuffer bytes, int from, int end) {
    int at = from;
    while (at < end && bytes.get(at) != '\n') {
      at++;
    }
    return at + 1;
  }

  private static int number(ByteBuffer bytes, int from, int to) {
    int at = from;
    while (at < to && bytes.get(at) == ' ') {
      at++;
    }
    int first = at;
    int number = 0;
    while (at < to && bytes.get(at) >= '0' && bytes.get(at) <= '9' && number < 100_000_000) {
      number = 10 * number + bytes.get(at++) - '0';
    }
    if (at == first) {
      throw new MalformedResponseException("a number is missing in the response head");
    }
    return number;
  }

  private static boolean contains(ByteBuffer bytes, int from, int to, byte[] lowerCase) {
    for (int at = from; at < to; at++) {
      if (startsWith(bytes, at, to, lowerCase)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWith(ByteBuffer bytes, int from, int to, byte[] lowerCase) {
    if (to - from < lowerCase.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      int actual = bytes.get(from + i);
      int lower = actual >= 'A' && actual <= 'Z' ? actual + ('a' - 'A') : actual;
      if (lower != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
