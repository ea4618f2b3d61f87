package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Data fits a schema or doesn't, and nothing that it says breaks the validator. */
class EventSchemaFuzzTest {

  private static final String SCHEMA =
      """
      {"type": "object", "required": ["id"], "maxProperties": 20,
       "properties": {
         "id": {"type": ["integer", "number"], "multipleOf": 0.5, "maximum": 1e9},
         "name": {"type": "string", "pattern": "^(a|b|ab)*c$", "maxLength": 40},
         "at": {"format": "date-time"}, "to": {"format": "email"}, "url": {"format": "uri"},
         "list": {"type": "array", "uniqueItems": true, "contains": {"const": 7}},
         "next": {"$ref": "#"}},
       "patternProperties": {"^x-": {"enum": [1, 1.0, null, "x"]}},
       "additionalProperties": false}
      """;

  private static EventSchema schema;

  @BeforeAll
  static void read(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("schema.json");
    Files.writeString(file, SCHEMA);
    schema = EventSchema.read(file.toString());
  }

  @DictionaryEntries({
    "{\"id\":1",
    "\"name\":\"ab",
    "\"at\":\"2026-01-31T12:00:00Z\"",
    "\"to\":\"a@b.c\"",
    "\"url\":\"https://a.example/\"",
    "\"list\":[7,",
    "\"next\":{",
    "\"x-a\":",
    "1e999999",
    "-0.0"
  })
  @FuzzTest
  void allDataIsJudged(byte[] data) {
    String problem = schema.problem(data);
    if (problem == null) {
      assertThat(new String(data, UTF_8)).contains("id");
    } else {
      assertThat(problem).startsWith("the data ").hasSizeLessThan(1000);
    }
  }
}
