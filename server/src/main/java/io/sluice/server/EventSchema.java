package io.sluice.server;

import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A JSON Schema (2020-12, or another draft from 4 on that it names in {@code $schema}) that the
 * data of events must fit. {@code format} is checked, whatever the draft says. References reach no
 * further than its own file.
 *
 * <p>Immutable. Two of the same file are equal.
 */
final class EventSchema {

  /** A longer file is none. */
  static final int MAX_FILE_BYTES = 1024 * 1024;

  private static final int MAX_SHOWN = 300;

  // 1e1000000000 is short, and takes a gigabyte to divide.
  private static final int MAX_EXPONENT = 1000;

  private static final List<Dialect> DIALECTS =
      List.of(
          Dialects.getDraft202012(),
          Dialects.getDraft201909(),
          Dialects.getDraft7(),
          Dialects.getDraft6(),
          Dialects.getDraft4());

  private final String file;
  private final Schema schema;

  private EventSchema(String file, Schema schema) {
    this.file = file;
    this.schema = schema;
  }

  /**
   * Reads a schema, and checks that it is one.
   *
   * @throws IllegalArgumentException that says what is wrong with the file
   */
  static EventSchema read(String file) {
    return parse(file, json(file, bytes(file)));
  }

  private static byte[] bytes(String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MAX_FILE_BYTES) {
        throw unreadable(file, "it has more than " + MAX_FILE_BYTES + " bytes", null);
      }
      return Files.readAllBytes(path);
    } catch (NoSuchFileException | InvalidPathException e) {
      throw unreadable(file, "no such file", e);
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static IllegalArgumentException unreadable(
      String file, String why, @Nullable Exception cause) {
    return new IllegalArgumentException(file + " can't be read: " + why, cause);
  }

  private static JsonNode json(String file, byte[] bytes) {
    try {
      JsonNode json = Json.tree(bytes);
      if (json.isMissingNode()) {
        throw new IllegalArgumentException(file + " isn't JSON: it is empty");
      }
      return json;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + " isn't JSON: " + Json.wrong(e), e);
    }
  }

  private static EventSchema parse(String file, JsonNode json) {
    try {
      // A registry of its own: what one file calls itself is of no use to another.
      SchemaRegistry registry = registry();
      checkItself(file, registry, json);
      Schema schema = registry.getSchema(SchemaLocation.of("schema:/"), json);
      schema.initializeValidators();
      return new EventSchema(file, schema);
    } catch (SchemaException e) {
      throw new IllegalArgumentException(file + " isn't a JSON Schema: " + e.getMessage(), e);
    }
  }

  private static SchemaRegistry registry() {
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder()
            .failFast(true)
            .formatAssertionsEnabled(true)
            .locale(Locale.ENGLISH)
            .build();
    return SchemaRegistry.withDialects(
        DIALECTS,
        builder ->
            builder
                .schemaRegistryConfig(config)
                .schemaLoader(loader -> loader.allow(EventSchema::isOfADraft)));
  }

  // The library has the drafts' own schemas with it. Nothing else is loaded from anywhere.
  private static boolean isOfADraft(AbsoluteIri iri) {
    String text = iri.toString();
    return text.startsWith("http://json-schema.org/")
        || text.startsWith("https://json-schema.org/");
  }

  private static void checkItself(String file, SchemaRegistry registry, JsonNode json) {
    JsonNode named = json.path("$schema");
    String draft = named.isString() ? named.stringValue() : DIALECTS.getFirst().getId();
    Dialect dialect = registry.getDialect(draft);
    List<Error> errors = registry.getSchema(SchemaLocation.of(dialect.getId())).validate(json);
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException(
          file + " isn't a JSON Schema: " + described(errors.getFirst()));
    }
  }

  /** The file that it was read from, as it was named. */
  String file() {
    return file;
  }

  /**
   * What is wrong with data, as a JSON Pointer (RFC 6901) and what was expected there; null if it
   * fits.
   */
  @Nullable String problem(byte[] data) {
    JsonNode json;
    try {
      json = Json.tree(data);
    } catch (JacksonException e) {
      return "the data isn't JSON: " + Json.wrong(e);
    }
    if (json.isMissingNode()) {
      return "the data isn't JSON: it is empty";
    }
    if (hasExtremeNumber(json)) {
      return "the data has a number with an exponent beyond " + MAX_EXPONENT;
    }
    try {
      List<Error> errors = schema.validate(json);
      return errors.isEmpty() ? null : "the data doesn't fit: " + described(errors.getFirst());
    } catch (SchemaException e) {
      // References are looked up at the start where that can be done; a $dynamicRef only now.
      return "the data can't be checked: " + shortened(String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      // Some patterns take a step of the stack for each character.
      return "the data can't be checked: a pattern of its schema takes too long a text";
    }
  }

  private static boolean hasExtremeNumber(JsonNode json) {
    if (json.isBigDecimal()) {
      return Math.abs(json.decimalValue().scale()) > MAX_EXPONENT;
    }
    for (JsonNode child : json) {
      if (hasExtremeNumber(child)) {
        return true;
      }
    }
    return false;
  }

  private static String described(Error error) {
    NodePath at = error.getInstanceLocation();
    String place = at == null || at.getNameCount() <= 0 ? "at the top: " : "at " + at + ": ";
    return shortened(place) + shortened(String.valueOf(error.getMessage()));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_SHOWN
        ? text
        : text.codePoints()
            .limit(MAX_SHOWN)
            .mapToObj(Character::toString)
            .collect(Collectors.joining("", "", "…"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventSchema that && file.equals(that.file);
  }

  @Override
  public int hashCode() {
    return file.hashCode();
  }

  @Override
  public String toString() {
    return file;
  }
}
