package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  private final StringWriter err = new StringWriter();
  private final PublishReport report =
      new PublishReport(
          new PrintWriter(new StringWriter()), new Notices(new PrintWriter(err)), false);
  private final LineBuffer lines = new LineBuffer(1 << 20);

  @Test
  void lineEndsAreRemovedAndLinesCounted() throws Exception {
    read("a\nb\r\n\nc\rd\n");
    assertThat(lines.take(10, 1 << 20))
        .containsExactly(new Line(1, "a"), new Line(2, "b"), new Line(3, ""), new Line(4, "c\rd"));
  }

  @Test
  void lastLineNeedsNoEnd() throws Exception {
    read("a\nb");
    assertThat(lines.take(10, 1 << 20)).containsExactly(new Line(1, "a"), new Line(2, "b"));
  }

  @Test
  void emptyInputHasNoLines() throws Exception {
    read("");
    assertThat(lines.take(10, 1 << 20)).isEmpty();
  }

  @Test
  void lineThatIsTooLongIsReportedAndSkipped() throws Exception {
    read("12345678\n123456789\nok\n1234567890123");
    assertThat(lines.take(10, 1 << 20)).containsExactly(new Line(1, "12345678"), new Line(3, "ok"));
    assertThat(err.toString())
        .contains("line 2 was refused: it has more than 8 bytes", "line 4 was refused");
    assertThat(report.refused()).isEqualTo(2);
  }

  @Test
  void inputThatComesByteByByteGivesTheSameLines() throws Exception {
    byte[] bytes = "é\r\n€\nx".getBytes(UTF_8);
    InputStream single =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(1, length));
          }
        };
    new LineReader(single, 8, lines, report).run();
    assertThat(lines.take(10, 1 << 20))
        .containsExactly(new Line(1, "é"), new Line(2, "€"), new Line(3, "x"));
  }

  @Test
  void inputThatFailsEndsTheBufferToo() throws Exception {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("broken");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("broken");
          }
        };
    assertThatThrownBy(() -> new LineReader(failing, 8, lines, report).run())
        .isInstanceOf(IOException.class);
    assertThat(lines.take(10, 1 << 20)).isEmpty();
  }

  private void read(String input) throws IOException, InterruptedException {
    new LineReader(new ByteArrayInputStream(input.getBytes(UTF_8)), 8, lines, report).run();
  }
}
