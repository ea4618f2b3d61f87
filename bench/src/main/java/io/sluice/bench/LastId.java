package io.sluice.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The last event id of a stream, as a client would send it back (WHATWG HTML, section 9.2.6): the
 * value of the last {@code id} line whose block has ended.
 *
 * <p>Confined to its subscriber's loop. Understands LF and CRLF.
 */
final class LastId implements BodySink {

  private static final int MAX_BYTES = 1024;

  /** Enough of a line to tell an id by; the rest of other lines is of no interest. */
  private final byte[] line = new byte[MAX_BYTES];

  private int lineBytes;
  private String inBlock = "";
  private String last = "";

  /** The id to resume from; empty where there is none. */
  String value() {
    return last;
  }

  /** Forgets the block that was cut off by the end of its connection. */
  void restart() {
    lineBytes = 0;
    inBlock = last;
  }

  @Override
  public void body(ByteBuffer bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      byte next = bytes.get(at);
      if (next == '\n') {
        lineEnded();
      } else if (next != '\r' && lineBytes < MAX_BYTES) {
        line[lineBytes++] = next;
      }
    }
  }

  private void lineEnded() {
    if (lineBytes == 0) {
      last = inBlock;
    } else if (lineBytes >= 3 && line[0] == 'i' && line[1] == 'd' && line[2] == ':') {
      int from = lineBytes > 3 && line[3] == ' ' ? 4 : 3;
      inBlock = new String(line, from, lineBytes - from, StandardCharsets.UTF_8);
    }
    lineBytes = 0;
  }
}
