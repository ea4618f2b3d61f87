package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventSchemasTest {

  @TempDir private Path folder;
  private EventSchema number;
  private EventSchema text;

  @BeforeEach
  void readSchemas() throws IOException {
    number = schema("number");
    text = schema("string");
  }

  private EventSchema schema(String type) throws IOException {
    Path file = folder.resolve(type + ".json");
    return EventSchema.read(Files.writeString(file, "{\"type\":\"" + type + "\"}").toString());
  }

  private static boolean fits(EventSchemas schemas, String channel, String type, String data) {
    return schemas.problem(channel, type, data.getBytes(UTF_8)) == null;
  }

  @Test
  void theFirstPatternThatMatchesCounts() {
    EventSchemas schemas =
        new EventSchemas(
            List.of(
                EventSchemas.Entry.of(ChannelPattern.parse("a/b"), number),
                EventSchemas.Entry.of(ChannelPattern.parse("a/*"), text)));

    assertThat(fits(schemas, "a/b", null, "1")).isTrue();
    assertThat(fits(schemas, "a/b", "t", "\"1\"")).isFalse();
    assertThat(fits(schemas, "a/c", null, "1")).isFalse();
    assertThat(fits(schemas, "a/c", null, "\"1\"")).isTrue();
    assertThat(fits(schemas, "a", null, "anything")).isTrue();
    assertThat(fits(EventSchemas.NONE, "a/b", null, "anything")).isTrue();
  }

  @Test
  void typesHaveTheirOwn() {
    EventSchemas schemas =
        new EventSchemas(
            List.of(
                EventSchemas.Entry.of(
                    ChannelPattern.parse("a"), Map.of("price", number, "message", text)),
                EventSchemas.Entry.of(ChannelPattern.parse("*"), number)));

    assertThat(fits(schemas, "a", "price", "1")).isTrue();
    assertThat(fits(schemas, "a", "price", "\"1\"")).isFalse();
    assertThat(fits(schemas, "a", null, "\"1\"")).isTrue();
    assertThat(fits(schemas, "a", null, "1")).isFalse();
    assertThat(fits(schemas, "a", "message", "1")).isFalse();
    assertThat(fits(schemas, "a", "other", "anything")).isTrue();
    assertThat(fits(schemas, "b", "other", "anything")).isFalse();
  }

  @Test
  void aProblemSaysWhatIsWrong() {
    EventSchemas schemas =
        new EventSchemas(List.of(EventSchemas.Entry.of(ChannelPattern.ALL, number)));

    assertThat(schemas.problem("a", null, "true".getBytes(UTF_8)))
        .isEqualTo("the data doesn't fit: at the top: boolean found, number expected");
    assertThat(schemas.problem("a", null, "hello".getBytes(UTF_8)))
        .startsWith("the data isn't JSON: line 1, column 1: ");
  }
}
