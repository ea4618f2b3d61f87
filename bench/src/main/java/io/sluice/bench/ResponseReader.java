package io.sluice.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads the responses on one HTTP/1.1 connection, one after the other, cut anywhere, and passes
 * their bodies on without framing (RFC 9112, sections 6 and 7).
 *
 * <p>Confined to its connection's loop. Allocates for each head, never for a body.
 */
final class ResponseReader {

  private static final int MAX_HEAD_BYTES = 64 * 1024;

  private enum State {
    HEAD,
    UNTIL_CLOSE,
    LENGTH,
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_DATA,
    CHUNK_END,
    TRAILER,
    COMPLETE
  }

  private final BodySink sink;

  private State state = State.HEAD;
  private @Nullable ResponseHead head;

  /** The beginning of a head that isn't whole yet; null where there is none. */
  private byte @Nullable [] headSoFar;

  /** Bytes that are still to come of the body, or of the chunk. */
  private long toCome;

  private boolean sizeHasDigits;
  private int trailerLineBytes;

  ResponseReader(BodySink sink) {
    this.sink = sink;
  }

  /** The head of the current response, null until it is whole. */
  @Nullable ResponseHead head() {
    return head;
  }

  /** Whether the current response ended; {@link #next()} begins another. */
  boolean complete() {
    return state == State.COMPLETE;
  }

  /** Begins the next response. */
  void next() {
    state = State.HEAD;
    head = null;
    headSoFar = null;
  }

  /**
   * Takes what was received, up to the end of the current response.
   *
   * @return where it stopped: {@code to}, or less where the response ended before
   * @throws MalformedResponseException where this isn't HTTP
   */
  int received(ByteBuffer bytes, int from, int to) {
    int at = from;
    while (at < to && state != State.COMPLETE) {
      at =
          switch (state) {
            case HEAD -> readHead(bytes, at, to);
            case UNTIL_CLOSE -> {
              sink.body(bytes, at, to);
              yield to;
            }
            case LENGTH -> readBody(bytes, at, to, State.COMPLETE);
            case CHUNK_DATA -> readBody(bytes, at, to, State.CHUNK_END);
            case CHUNK_SIZE -> readChunkSize(bytes, at, to);
            default -> {
              readFraming(bytes.get(at));
              yield at + 1;
            }
          };
    }
    return at;
  }

  private int readBody(ByteBuffer bytes, int from, int to, State after) {
    int until = (int) Math.min(to, from + toCome);
    sink.body(bytes, from, until);
    toCome -= until - from;
    if (toCome == 0) {
      state = after;
    }
    return until;
  }

  private int readChunkSize(ByteBuffer bytes, int from, int to) {
    int at = from;
    while (at < to) {
      byte next = bytes.get(at++);
      int digit = Character.digit(next, 16);
      if (digit >= 0 && toCome < Integer.MAX_VALUE) {
        toCome = 16 * toCome + digit;
        sizeHasDigits = true;
      } else if (sizeHasDigits && (next == '\r' || next == ';' || next == ' ')) {
        state = State.CHUNK_EXTENSION;
        return at;
      } else {
        throw new MalformedResponseException("a chunk size has the byte " + next);
      }
    }
    return at;
  }

  private void readFraming(byte next) {
    switch (state) {
      case CHUNK_EXTENSION -> {
        if (next == '\n') {
          state = toCome > 0 ? State.CHUNK_DATA : State.TRAILER;
          trailerLineBytes = 0;
        }
      }
      case CHUNK_END -> {
        if (next == '\n') {
          beginChunk();
        } else if (next != '\r') {
          throw new MalformedResponseException("a chunk is followed by the byte " + next);
        }
      }
      case TRAILER -> {
        if (next != '\n') {
          trailerLineBytes += next == '\r' ? 0 : 1;
        } else if (trailerLineBytes == 0) {
          state = State.COMPLETE;
        } else {
          trailerLineBytes = 0;
        }
      }
      default -> throw new IllegalStateException("no framing in " + state);
    }
  }

  private int readHead(ByteBuffer received, int from, int to) {
    ByteBuffer bytes = received;
    int begin = from;
    int end = to;
    int before = 0;
    if (headSoFar != null) {
      before = headSoFar.length;
      bytes = joined(headSoFar, received, from, to);
      begin = 0;
      end = bytes.capacity();
    }
    int headEnd = ResponseHead.end(bytes, begin, end);
    if (headEnd < 0) {
      hold(bytes, begin, end);
      return to;
    }
    headSoFar = null;
    begin(ResponseHead.parse(bytes, begin, headEnd));
    return from + (headEnd - begin) - before;
  }

  private void begin(ResponseHead parsed) {
    if (parsed.status() < 200) {
      return; // an interim response: the real one follows
    }
    head = parsed;
    switch (parsed.framing()) {
      case UNTIL_CLOSE -> state = State.UNTIL_CLOSE;
      case CHUNKED -> beginChunk();
      case LENGTH -> {
        toCome = parsed.contentLength();
        state = toCome == 0 ? State.COMPLETE : State.LENGTH;
      }
    }
  }

  private void beginChunk() {
    state = State.CHUNK_SIZE;
    toCome = 0;
    sizeHasDigits = false;
  }

  private void hold(ByteBuffer bytes, int from, int to) {
    if (to - from > MAX_HEAD_BYTES) {
      throw new MalformedResponseException("a response head of more than " + MAX_HEAD_BYTES);
    }
    byte[] held = new byte[to - from];
    bytes.get(from, held);
    headSoFar = held;
  }

  private static ByteBuffer joined(byte[] before, ByteBuffer bytes, int from, int to) {
    ByteBuffer joined =
        ByteBuffer.allocate(before.length + to - from).order(ByteOrder.LITTLE_ENDIAN);
    joined.put(0, before);
    joined.put(before.length, bytes, from, to - from);
    return joined;
  }
}
