package io.sluice.cli;

import java.io.IOException;
import java.io.PrintWriter;

/**
 * Standard output for much of it: a {@link PrintWriter} keeps its failures to itself, so it is
 * asked now and then. Who reads only the first lines ({@code | head}) must not be written a million
 * more.
 *
 * <p>One caller at a time.
 */
final class PrintedLines implements Appendable {

  private static final int CHARACTERS_BETWEEN_CHECKS = 64 * 1024;

  private final PrintWriter out;
  private int unchecked;

  PrintedLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Appendable append(CharSequence text) throws IOException {
    out.append(text);
    return counted(text.length());
  }

  @Override
  public Appendable append(CharSequence text, int start, int end) throws IOException {
    out.append(text, start, end);
    return counted(end - start);
  }

  @Override
  public Appendable append(char character) throws IOException {
    out.append(character);
    return counted(1);
  }

  private Appendable counted(int characters) throws IOException {
    unchecked += characters;
    if (unchecked >= CHARACTERS_BETWEEN_CHECKS) {
      end();
    }
    return this;
  }

  /**
   * Writes what is still here.
   *
   * @throws IOException if it, or anything before, couldn't be written
   */
  void end() throws IOException {
    unchecked = 0;
    if (out.checkError()) {
      throw new IOException("standard output was closed or can't be written: not all is there");
    }
  }
}
