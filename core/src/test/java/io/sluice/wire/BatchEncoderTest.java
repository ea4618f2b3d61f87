package io.sluice.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BatchEncoderTest {

  private static final JsonMapper JSON = new JsonMapper();

  private static byte[] frame(long sequence, long time, Publication event) {
    byte[] body = FrameEncoder.body(event);
    byte[] frame = new byte[FrameEncoder.MAX_HEAD_BYTES + body.length];
    int end = FrameEncoder.head(frame, 0, "k3f9".getBytes(UTF_8), sequence, time);
    System.arraycopy(body, 0, frame, end, body.length);
    return Arrays.copyOf(frame, end + body.length);
  }

  private static String block(byte[]... frames) {
    return new String(BatchEncoder.encode(List.of(frames)), UTF_8);
  }

  @Test
  void theBlockHasTheLastIdAndAnElementForEachEvent() {
    assertThat(
            block(
                frame(18, -1, Publication.of("stocks/AAPL", "price", "{\"price\":187.2}")),
                frame(21, -1, Publication.of("news", "hello"))))
        .isEqualTo(
            """
            id: k3f9-21
            event: batch
            data: [{"id":"k3f9-18","channel":"stocks/AAPL","type":"price","data":"{\\"price\\":187.2}"},{"id":"k3f9-21","channel":"news","data":"hello"}]

            """);
  }

  @Test
  void theTimeIsANumberWhereFramesHaveIt() {
    assertThat(block(frame(7, 1700000000123L, Publication.of("a", "t", "x"))))
        .contains(
            "{\"id\":\"k3f9-7\",\"channel\":\"a\",\"type\":\"t\",\"time\":1700000000123,\"data\":\"x\"}");
  }

  @RepeatedTest(50)
  void whateverWasPublishedIsReadBackFromTheArray() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String data = text(random, random.nextInt(200));
    String type = text(random, 20).replaceAll("\\p{Cntrl}", "") + "t";
    byte[] block = BatchEncoder.encode(List.of(frame(1, -1, Publication.of("a/b", type, data))));

    String[] lines = new String(block, UTF_8).split("\n", -1);
    assertThat(lines).as("seed %s", seed).hasSize(5);
    JsonNode element = JSON.readTree(lines[2].substring("data: ".length())).get(0);
    assertThat(element.get("data").asString())
        .as("seed %s", seed)
        .isEqualTo(data.replace("\r\n", "\n").replace('\r', '\n'));
    assertThat(element.get("type").asString()).as("seed %s", seed).isEqualTo(type);
  }

  private static String text(Random random, int length) {
    int[] some = {
      0, 1, 9, 10, 13, 27, 31, '"', '\\', '/', 'u', ' ', 'x', 127, 0xe9, 0x2028, 0x1f600
    };
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(some[random.nextInt(some.length)]);
    }
    return text.toString();
  }
}
