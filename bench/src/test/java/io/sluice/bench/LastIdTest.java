package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LastIdTest {

  private final LastId lastId = new LastId();

  @Test
  void isTheIdOfTheLastBlockThatEnded() {
    receive("id: a-1\ndata: x\n\nid: a-2\ndata: ");
    assertThat(lastId.value()).isEqualTo("a-1");
    receive("y\n\n");
    assertThat(lastId.value()).isEqualTo("a-2");
  }

  @Test
  void staysWhereBlocksHaveNone() {
    receive("id:a-1\r\n\r\ndata: id: no\r\n\r\n: comment\r\nidea: b\r\n\r\n");

    assertThat(lastId.value()).isEqualTo("a-1");
  }

  @Test
  void aBlockThatWasCutOffDoesNotCount() {
    receive("id: a-1\n\nid: a-2\ndat");
    lastId.restart();
    receive("data: x\n\n");

    assertThat(lastId.value()).isEqualTo("a-1");
  }

  private void receive(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    lastId.body(ByteBuffer.wrap(bytes), 0, bytes.length);
  }
}
