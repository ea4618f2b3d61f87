package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/**
 * Text from UTF-8 that says in which line something else is, where Java's own readers only say that
 * there is some, and before they have given the lines in front of it.
 *
 * <p>One caller at a time.
 */
final class StrictUtf8Reader extends Reader {

  private static final int READ_BYTES = 64 * 1024;

  private final InputStream input;
  private final CharsetDecoder decoder =
      UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(READ_BYTES).flip();
  private boolean ended;
  private long line = 1;

  /**
   * @param input closed with this reader
   */
  StrictUtf8Reader(InputStream input) {
    this.input = input;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    CharBuffer text = CharBuffer.wrap(target, offset, length);
    if (!text.hasRemaining()) {
      return 0;
    }
    while (true) {
      CoderResult result = decoder.decode(bytes, text, ended);
      int count = text.position();
      if (count > 0) {
        countLines(target, offset, count);
        return count; // what is wrong after it is found by the next call
      }
      if (result.isOverflow()) {
        throw new IOException("a read of one character can't take one that Java has as two");
      }
      if (result.isError()) {
        throw new IOException(
            "line "
                + line
                + " isn't UTF-8: it has the byte 0x"
                + Integer.toHexString(bytes.get(bytes.position()) & 0xff)
                + " where that can't be; convert the input first, with iconv for example");
      }
      if (ended) {
        return -1;
      }
      fill();
    }
  }

  private void countLines(char[] text, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      if (text[i] == '\n') {
        line++;
      }
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    int count = input.read(bytes.array(), bytes.position(), bytes.remaining());
    ended = count < 0;
    bytes.position(bytes.position() + Math.max(count, 0)).flip();
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
