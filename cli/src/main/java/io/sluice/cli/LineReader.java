package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.event.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts input into lines as they come. LF and CRLF end a line; the end of the input ends the last
 * one.
 *
 * <p>One caller at a time.
 */
final class LineReader {

  private static final int READ_BYTES = 64 * 1024;

  private final InputStream input;
  private final int maxLineBytes;
  private final LineBuffer target;
  private final PublishReport report;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean lineTooLong;
  private boolean toldOfMalformed;
  private long number;

  /**
   * @param input is read to its end, not closed
   * @param maxLineBytes a longer line is reported as refused, and skipped
   * @param target takes the lines
   * @param report is told of lines that can't be published as they are
   */
  LineReader(InputStream input, int maxLineBytes, LineBuffer target, PublishReport report) {
    this.input = input;
    this.maxLineBytes = maxLineBytes;
    this.target = target;
    this.report = report;
  }

  /**
   * Reads to the end of the input; the buffer is ended then, whatever happened.
   *
   * @throws IOException if the input can't be read
   */
  void run() throws IOException, InterruptedException {
    try {
      byte[] bytes = new byte[READ_BYTES];
      int count = input.read(bytes);
      while (count >= 0) {
        cut(bytes, count);
        count = input.read(bytes);
      }
      if (line.size() > 0 || lineTooLong) {
        lineEnded();
      }
    } finally {
      target.end();
    }
  }

  private void cut(byte[] bytes, int count) throws InterruptedException {
    int start = 0;
    for (int i = 0; i < count; i++) {
      if (bytes[i] == '\n') {
        append(bytes, start, i);
        lineEnded();
        start = i + 1;
      }
    }
    append(bytes, start, count);
  }

  private void append(byte[] bytes, int from, int to) {
    if (line.size() + (to - from) > maxLineBytes) {
      lineTooLong = true;
      line.reset();
    }
    if (!lineTooLong) {
      line.write(bytes, from, to - from);
    }
  }

  private void lineEnded() throws InterruptedException {
    number++;
    if (lineTooLong) {
      lineTooLong = false;
      report.refused(number, "it has more than " + maxLineBytes + " bytes");
      return;
    }
    byte[] bytes = line.toByteArray();
    line.reset();
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    if (!toldOfMalformed && Utf8.firstMalformed(bytes, 0, length) >= 0) {
      toldOfMalformed = true;
      report.malformed(number);
    }
    target.put(new Line(number, new String(bytes, 0, length, UTF_8)));
  }
}
