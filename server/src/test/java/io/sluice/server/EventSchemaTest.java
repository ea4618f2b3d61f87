package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventSchemaTest {

  private static final String ORDER =
      """
      {
        "type": "object",
        "required": ["id", "items"],
        "additionalProperties": false,
        "properties": {
          "id": { "type": "integer", "minimum": 1 },
          "at": { "type": "string", "format": "date-time" },
          "state": { "enum": ["open", "paid"] },
          "a/b~c": { "type": "boolean" },
          "items": {
            "type": "array",
            "maxItems": 2,
            "items": { "$ref": "#/$defs/item" }
          }
        },
        "$defs": {
          "item": {
            "type": "object",
            "properties": {
              "price": { "type": "number", "multipleOf": 0.01 },
              "name": { "type": "string", "pattern": "^[a-z]+$", "maxLength": 5 },
              "tax": { "anyOf": [{ "type": "number" }, { "const": "none" }] }
            }
          }
        }
      }
      """;

  @TempDir private Path folder;

  private EventSchema schema(String json) {
    return EventSchema.read(file(json));
  }

  private String file(String json) {
    try {
      return Files.writeString(folder.resolve("schema.json"), json).toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String problem(EventSchema schema, String data) {
    return schema.problem(data.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1,\"items\":[]}",
        " {\"items\":[{\"price\":0.07},"
            + " {\"price\":19.99,\"tax\":\"none\"}],\"id\":9223372036854775808}\n",
        "{\"id\":1,\"items\":[{\"name\":\"abc\",\"tax\":1}],\"at\":\"2026-01-31T12:00:00Z\","
            + "\"state\":\"paid\",\"a/b~c\":true}",
      })
  void whatFitsHasNoProblem(String data) {
    assertThat(problem(schema(ORDER), data)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | at the top: array found, object expected",
        "{\"id\":1} | at the top: required property 'items' not found",
        "{\"id\":1,\"items\":[],\"x\":1} | at the top: property 'x' is not defined in the schema"
            + " and the schema does not allow additional properties",
        "{\"id\":\"1\",\"items\":[]} | at /id: string found, integer expected",
        "{\"id\":1.5,\"items\":[]} | at /id: number found, integer expected",
        "{\"id\":0,\"items\":[]} | at /id: must have a minimum value of 1",
        "{\"id\":1,\"items\":[],\"at\":\"now\"} | at /at: does not match the date-time pattern must"
            + " be a valid RFC 3339 date-time",
        "{\"id\":1,\"items\":[],\"state\":\"new\"} | at /state: does not have a value in the"
            + " enumeration [\"open\", \"paid\"]",
        "{\"id\":1,\"items\":[],\"a/b~c\":1} | at /a~1b~0c: integer found, boolean expected",
        "{\"id\":1,\"items\":[{},{\"price\":0.071}]} | at /items/1/price: must be multiple of 0.01",
        "{\"id\":1,\"items\":[{\"name\":\"A\"}]} | at /items/0/name: does not match the regex"
            + " pattern ^[a-z]+$",
        "{\"id\":1,\"items\":[{\"tax\":true}]} | at /items/0/tax: boolean found, number expected",
        "{\"id\":1,\"items\":[1,2,3]} | at /items: must have at most 2 items but found 3",
      })
  void aProblemNamesThePathAndWhatWasExpected(String data, String problem) {
    assertThat(problem(schema(ORDER), data)).isEqualTo("the data doesn't fit: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hello | the data isn't JSON: line 1, column 1: ",
        "{\"id\":1, | the data isn't JSON: line 1, column 9: ",
        "{\"id\":1,\"id\":2} | the data isn't JSON: line 1, column 13: Duplicate Object property",
        "{} {} | the data isn't JSON: line 1, column 4: ",
        "`` | the data isn't JSON: it is empty",
        "` ` | the data isn't JSON: it is empty",
      })
  void whatIsNotJsonDoesNotFit(String data, String problem) {
    assertThat(problem(schema("{}"), data)).startsWith(problem);
  }

  @Test
  void dataThatGoesTooDeepDoesNotFit() {
    assertThat(problem(schema("{}"), "[".repeat(5000) + "]".repeat(5000)))
        .startsWith("the data isn't JSON: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e1000000000", "1.5E-1000000000", "-1e2000"})
  void numbersThatTakeForeverAreRefused(String number) {
    EventSchema cents = schema("{\"items\":{\"multipleOf\":0.01}}");

    assertThat(problem(cents, "[1, {\"a\":" + number + "}]"))
        .isEqualTo("the data has a number with an exponent beyond 1000");
    assertThat(problem(cents, "[1e300]")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e99999999999", "0.1e-999999999999"})
  void aNumberThatJavaCantHoldDoesNotFit(String number) {
    assertThat(problem(schema("{}"), number)).startsWith("the data isn't JSON: ");
  }

  @Test
  void aPatternThatOverflowsTheStackRefuses() {
    EventSchema nested = schema("{\"pattern\":\"^(a|b)*$\"}");

    assertThat(problem(nested, '"' + "ab".repeat(500_000) + '"'))
        .isEqualTo("the data can't be checked: a pattern of its schema takes too long a text");
    assertThat(problem(nested, "\"abab\"")).isNull();
  }

  @Test
  void aProblemIsShort() {
    String schema = "{\"items\":{\"const\":\"" + "x".repeat(5000) + "\"}}";

    assertThat(problem(schema(schema), "[1]")).startsWith("the data doesn't fit: at /0: ");
    assertThat(problem(schema(schema), "[1]").length()).isLessThan(700);
  }

  @Test
  void nothingFitsAndEverythingFits() {
    assertThat(problem(schema("false"), "1")).startsWith("the data doesn't fit: at the top: ");
    assertThat(problem(schema("true"), "1")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "http://json-schema.org/draft-07/schema#",
        "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-04/schema#"
      })
  void draftsAreKnownAndCheckFormatsToo(String draft) {
    EventSchema schema = schema("{\"$schema\":\"" + draft + "\",\"format\":\"date-time\"}");

    assertThat(problem(schema, "\"2026-01-31T12:00:00Z\"")).isNull();
    assertThat(problem(schema, "\"yesterday\"")).isNotNull();
  }

  @Test
  void aSchemaMayReferToItselfAndToItsDraft() {
    EventSchema tree =
        schema(
            """
            { "$id": "https://app.example/tree",
              "properties": { "left": { "$ref": "#" },
                              "right": { "$ref": "https://app.example/tree" },
                              "schema": { "$ref": "https://json-schema.org/draft/2020-12/schema" } },
              "additionalProperties": false }
            """);

    assertThat(problem(tree, "{\"left\":{\"right\":{}},\"schema\":{\"type\":\"string\"}}"))
        .isNull();
    assertThat(problem(tree, "{\"left\":{\"right\":{\"x\":1}}}"))
        .startsWith("the data doesn't fit: at /left/right: ");
    assertThat(problem(tree, "{\"schema\":{\"type\":\"text\"}}"))
        .startsWith("the data doesn't fit: at /schema/type: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$ref\":\"other.json\"}",
        "{\"$ref\":\"http://127.0.0.1:9/other.json\"}",
        "{\"$ref\":\"https://app.example/other.json\"}",
        "{\"$ref\":\"file:///etc/hostname\"}",
        "{\"$ref\":\"classpath:/draft-07/schema\"}",
        "{\"properties\":{\"a\":{\"items\":{\"$ref\":\"other.json#/x\"}}}}",
        "{\"allOf\":[{\"not\":{\"$ref\":\"other.json#x\"}}]}",
        "{\"$ref\":\"#/$defs/missing\"}",
      })
  void referencesElsewhereAreRefusedAtTheStart(String json) {
    String file = file(json);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventSchema.read(file))
        .withMessageStartingWith(file + " isn't a JSON Schema: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"items\":{\"$dynamicRef\":\"https://app.example/other.json#x\"}}",
        "{\"unevaluatedItems\":{\"$ref\":\"https://app.example/other.json#x\"}}",
      })
  void referencesThatAreFollowedLaterRefuseTheData(String json) {
    assertThat(problem(schema(json), "[1]"))
        .startsWith("the data can't be checked: ")
        .contains("https://app.example/other.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"text\"} | isn't a JSON Schema: at /type: ",
        "{\"properties\":{\"a\":{\"minimum\":\"1\"}}} | isn't a JSON Schema: at"
            + " /properties/a/minimum: string found, number expected",
        "{\"pattern\":\"(\"} | isn't a JSON Schema: at /pattern: ",
        "[] | isn't a JSON Schema: at the top: array found, ",
        "{\"$schema\":\"https://app.example/mine\"} | isn't a JSON Schema: Unknown dialect",
        "{\"$schema\":5} | isn't a JSON Schema: at /$schema: ",
        "{\"type\": | isn't JSON: line 1, column 9: ",
        "' ' | isn't JSON: it is empty",
      })
  void whatIsNoSchemaIsRefusedAtTheStart(String json, String message) {
    String file = file(json);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventSchema.read(file))
        .withMessageStartingWith(file + " " + message);
  }

  @Test
  void aFileThatCanNotBeReadIsRefused() {
    String missing = folder.resolve("no.json").toString();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventSchema.read(missing))
        .withMessage(missing + " can't be read: no such file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventSchema.read("a\0b"))
        .withMessageEndingWith(" can't be read: no such file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventSchema.read(folder.toString()))
        .withMessageStartingWith(folder + " can't be read: ");
    String large = file(" ".repeat(EventSchema.MAX_FILE_BYTES) + "{}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventSchema.read(large))
        .withMessage(large + " can't be read: it has more than 1048576 bytes");
  }
}
