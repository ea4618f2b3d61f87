package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import org.junit.jupiter.api.Test;

class PrintedLinesTest {

  @Test
  void whatIsAppendedIsPrinted() throws IOException {
    StringWriter out = new StringWriter();
    PrintedLines lines = new PrintedLines(new PrintWriter(out));
    lines.append("one").append('\n').append("(two)", 1, 4);
    lines.end();
    assertThat(out).hasToString("one\ntwo");
  }

  @Test
  void outputThatNobodyReadsAnyMoreEndsTheWork() {
    PrintedLines lines = new PrintedLines(new PrintWriter(new ClosedPipe()));
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                lines.append("x".repeat(1000)).append('\n');
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("standard output was closed");
  }

  @Test
  void failureOfTheLastLinesIsToldToo() throws IOException {
    PrintedLines lines = new PrintedLines(new PrintWriter(new ClosedPipe()));
    lines.append("short");
    assertThatThrownBy(lines::end).isInstanceOf(IOException.class);
  }

  private static final class ClosedPipe extends Writer {

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
