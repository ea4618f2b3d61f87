package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.EventId;
import io.sluice.event.Publication;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Holds {@link FrameEncoder} against the frames that every client's author can rely on. */
class FrameEncoderConformanceTest {

  static Stream<Named<JsonNode>> cases() {
    return StreamSupport.stream(ConformanceSet.eventStream().get("encoder").spliterator(), false)
        .map(node -> Named.of(node.get("name").asString(), node));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void frameIsExactlyAsExpected(JsonNode conformanceCase) {
    assertThat(encode(conformanceCase)).isEqualTo(conformanceCase.get("expected").asString());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void parserReadsTheFrameBack(JsonNode conformanceCase) {
    String data = conformanceCase.get("data").asString();
    String id = conformanceCase.get("id").asString();
    String type = text(conformanceCase, "type");
    StringBuilder read = new StringBuilder();
    EventStreamParser parser =
        new EventStreamParser(
            (readId, readType, readData) ->
                read.append(readId).append('|').append(readType).append('|').append(readData),
            1 << 20);
    byte[] frame = encode(conformanceCase).getBytes(StandardCharsets.UTF_8);
    parser.feed(frame, 0, frame.length);
    String lines = data.replace("\r\n", "\n").replace('\r', '\n');
    assertThat(read.toString())
        .isEqualTo(id + "|" + Objects.requireNonNullElse(type, "message") + "|" + lines);
  }

  private static String encode(JsonNode conformanceCase) {
    EventId id = Objects.requireNonNull(EventId.parse(conformanceCase.get("id").asString()));
    JsonNode time = conformanceCase.get("time");
    byte[] head = new byte[FrameEncoder.MAX_HEAD_BYTES];
    int headLength =
        FrameEncoder.head(
            head,
            0,
            id.epoch().getBytes(StandardCharsets.US_ASCII),
            id.sequence(),
            time.isNull() ? -1 : time.asLong());
    byte[] body =
        FrameEncoder.body(
            new Publication(
                conformanceCase.get("channel").asString(),
                text(conformanceCase, "type"),
                null,
                conformanceCase.get("data").asString().getBytes(StandardCharsets.UTF_8)));
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(head, 0, headLength);
    frame.writeBytes(body);
    return frame.toString(StandardCharsets.UTF_8);
  }

  private static @Nullable String text(JsonNode node, String member) {
    JsonNode value = node.get(member);
    return value.isNull() ? null : value.asString();
  }
}
