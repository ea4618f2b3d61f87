package io.sluice.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrictUtf8ReaderTest {

  @Test
  void textIsReadHoweverItIsCut() throws IOException {
    String text =
        IntStream.range(0, 20_000).mapToObj(i -> i + " aé€😀").collect(Collectors.joining("\n"));
    assertThat(read(new ByteArrayInputStream(text.getBytes(UTF_8))).equals(text)).isTrue();
    String less = text.substring(0, 1000);
    assertThat(read(new OneByteAtATime(less))).isEqualTo(less);
  }

  @Test
  void lineThatIsNotUtf8IsNamedAfterThoseBeforeItWereRead() throws IOException {
    byte[] bytes = "one\ntwo é\nthree \u00e9\nfour".getBytes(ISO_8859_1);
    bytes[8] = 'e';
    try (BufferedReader reader = reader(new ByteArrayInputStream(bytes))) {
      assertThat(reader.readLine()).isEqualTo("one");
      assertThat(reader.readLine()).isEqualTo("two e");
      assertThatThrownBy(reader::readLine)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("line 3 isn't UTF-8: it has the byte 0xe9");
    }
  }

  @Test
  void inputThatEndsWithinACharacterIsNotUtf8() throws IOException {
    byte[] bytes = {'a', '\n', (byte) 0xe2, (byte) 0x82};
    try (BufferedReader reader = reader(new ByteArrayInputStream(bytes))) {
      assertThat(reader.readLine()).isEqualTo("a");
      assertThatThrownBy(reader::readLine).hasMessageStartingWith("line 2 isn't UTF-8");
    }
  }

  private static String read(InputStream in) throws IOException {
    StringWriter text = new StringWriter();
    try (BufferedReader reader = reader(in)) {
      reader.transferTo(text);
    }
    return text.toString();
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new StrictUtf8Reader(in));
  }

  private static final class OneByteAtATime extends ByteArrayInputStream {

    OneByteAtATime(String text) {
      super(text.getBytes(UTF_8));
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(1, length));
    }
  }
}
