package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemasTypeTest {

  private static final String EXAMPLE =
      "; allowed: channel patterns with a JSON Schema's file, or with one for each type, such as"
          + " {\"orders/*\": order.json, \"chat/**\": {text: text.json, typing: typing.json}}";

  private final TypeFixture<EventSchemas> schemas = new TypeFixture<>("schemas", new SchemasType());

  @TempDir private Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(folder.resolve("number.json"), "{\"type\":\"number\"}");
    Files.writeString(folder.resolve("text.json"), "{\"type\":\"string\"}");
    Files.writeString(folder.resolve("wrong.json"), "{\"type\":\"text\"}");
    Files.writeString(folder.resolve("broken.json"), "{");
  }

  private String inFolder(String yaml) {
    return yaml.replace("@", folder + "/");
  }

  @Test
  void schemasAreForChannelsOrForTheirTypes() {
    EventSchemas read =
        schemas.read(
            inFolder(
                """
                "orders/*": @number.json
                "chat/**": { text: "@text.json", message: "@number.json" }
                "free/*": {}
                """));

    assertThat(read.problem("orders/1", "t", "1".getBytes(UTF_8))).isNull();
    assertThat(read.problem("orders/1", "t", "\"1\"".getBytes(UTF_8))).isNotNull();
    assertThat(read.problem("chat/1", "text", "1".getBytes(UTF_8))).isNotNull();
    assertThat(read.problem("chat/1", null, "1".getBytes(UTF_8))).isNull();
    assertThat(read.problem("chat/1", "other", "x".getBytes(UTF_8))).isNull();
    assertThat(read.problem("free/1", null, "x".getBytes(UTF_8))).isNull();
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    EventSchemas read =
        schemas.read(
            inFolder(
                """
                "orders/*": @number.json
                "chat/**": { text: "@text.json", message: "@number.json" }
                "free/*": {}
                """));

    assertThat(schemas.writtenAndRead(read)).isEqualTo(read);
    assertThat(schemas.writtenAndRead(EventSchemas.NONE)).isEqualTo(EventSchemas.NONE);
    assertThat(schemas.read("\"orders/*\": " + folder + "/text.json")).isNotEqualTo(read);
  }

  @Test
  void oneLineOfTextIsReadAsYaml() {
    assertThat(schemas.read(new ConfigValue.Text(inFolder("{a: \"@number.json\"}"))))
        .isEqualTo(schemas.read(inFolder("a: @number.json")));
  }

  @Test
  void everyMistakeIsToldWhereItStands() {
    assertThat(
            schemas.problems(
                inFolder(
                    """
                    "a**": @number.json
                    b: @none.json
                    c: @wrong.json
                    d:
                      price: @broken.json
                      gap: @number.json
                      other: [a]
                    e: [a]
                    f:
                    """)))
        .containsExactly(
            "schemas: channel \"a**\" has a * inside a segment; * stands for a whole one"
                + " (sluice.yaml:1); allowed: a channel, or a pattern such as news/* or news/**",
            inFolder("schemas.b: @none.json can't be read: no such file (sluice.yaml:2)"),
            inFolder(
                    "schemas.c: @wrong.json isn't a JSON Schema: at /type: does not have a value"
                        + " in")
                + " the enumeration [\"array\", \"boolean\", \"integer\", \"null\", \"number\","
                + " \"object\", \"string\"] (sluice.yaml:3)",
            inFolder(
                    "schemas.d.price: @broken.json isn't JSON: line 1, column 2: Unexpected"
                        + " end-of-")
                + "input: expected close marker for Object (sluice.yaml:5)",
            "schemas.d.gap: type \"gap\" is reserved; choose another (sluice.yaml:6);"
                + " allowed: types that events can have; message is to have none",
            "schemas.d.other: a list is not a file (sluice.yaml:7)" + EXAMPLE,
            "schemas.e: a list is not a file (sluice.yaml:8)" + EXAMPLE,
            "schemas.f: nothing is not a file (sluice.yaml:9)" + EXAMPLE);
  }

  @Test
  void whatIsNotAMappingIsRefused() {
    assertThat(schemas.problems("[a]"))
        .containsExactly("schemas: a list is not a mapping (sluice.yaml)" + EXAMPLE);
  }
}
