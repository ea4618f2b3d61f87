package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseReaderTest {

  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n";

  private final StringBuilder body = new StringBuilder();
  private ResponseReader reader = newReader();

  @Test
  void chunksAreReadWhereverTheyAreCut() {
    String data = "a chunk\r\n5\r\nnot a chunk\r\n!";
    String response =
        lines(CHUNKED, "5", "hello", "1A;name=value", data, "0", "Trailer: value", "", "");
    for (int cut = 0; cut <= response.length(); cut++) {
      body.setLength(0);
      reader = newReader();
      assertThat(receive(response.substring(0, cut))).isEqualTo(cut);
      receive(response.substring(cut));
      assertThat(body.toString()).as("cut at %d", cut).isEqualTo("hello" + data);
      assertThat(reader.complete()).isTrue();
    }
  }

  @Test
  void chunksAreReadByteByByte() {
    String response = lines(CHUNKED, "b", "hello world", "0", "", "");
    response.chars().forEach(next -> receive(Character.toString(next)));

    assertThat(body.toString()).isEqualTo("hello world");
    assertThat(reader.complete()).isTrue();
  }

  @Test
  void aBodyWithoutLengthNeverCompletes() {
    receive("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
    receive("5\r\nhello\r\n");

    assertThat(body.toString()).isEqualTo("data: 1\n\n5\r\nhello\r\n");
    assertThat(reader.complete()).isFalse();
  }

  @Test
  void stopsAtTheEndOfAResponseAndReadsTheNext() {
    String first = "HTTP/1.1 201 Created\r\ncontent-length:3\r\n\r\none";
    String second = "HTTP/1.1 204 No Content\r\nConnection: Close\r\n\r\n";

    assertThat(receive(first + second)).isEqualTo(first.length());
    assertThat(reader.head())
        .isEqualTo(new ResponseHead(201, ResponseHead.Framing.LENGTH, 3, false));
    reader.next();
    receive(second);
    assertThat(reader.head())
        .isEqualTo(new ResponseHead(204, ResponseHead.Framing.LENGTH, 0, true));
    assertThat(reader.complete()).isTrue();
  }

  @Test
  void interimResponsesArePassedOver() {
    receive(lines("HTTP/1.1 100 Continue", "", ""));
    receive(lines("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"));

    assertThat(body.toString()).isEqualTo("ok");
    assertThat(reader.complete()).isTrue();
  }

  @Test
  void whatIsNotHttpIsRefused() {
    assertThatThrownBy(() -> receive("SSH-2.0-OpenSSH_9.2 and more\r\n\r\n"))
        .isInstanceOf(MalformedResponseException.class);
    reader = newReader();
    receive(lines(CHUNKED, ""));
    assertThatThrownBy(() -> receive("data: no chunk\r\n"))
        .isInstanceOf(MalformedResponseException.class);
    reader = newReader();
    receive(lines(CHUNKED, "2", "ok"));
    assertThatThrownBy(() -> receive("more than the chunk's two bytes"))
        .isInstanceOf(MalformedResponseException.class);
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines);
  }

  private ResponseReader newReader() {
    return new ResponseReader(
        (bytes, from, to) -> {
          for (int at = from; at < to; at++) {
            body.append((char) bytes.get(at));
          }
        });
  }

  private int receive(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    return reader.received(ByteBuffer.wrap(ascii).order(ByteOrder.LITTLE_ENDIAN), 0, ascii.length);
  }
}
