package io.sluice.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How the server reads and writes JSON (RFC 8259). */
final class Json {

  /** Numbers keep their digits, duplicate names are refused, nothing may follow the value. */
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

  /** Would say where an object begins if the source were shown, and otherwise that it isn't. */
  private static final Pattern START_MARKER =
      Pattern.compile(" \\(start marker at .*", Pattern.DOTALL);

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /**
   * Reads JSON; a missing node if there is none.
   *
   * @throws JacksonException if it isn't any, or has a number beyond those of Java
   */
  static JsonNode tree(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (NumberFormatException beyond) {
      // Jackson lets this pass where an exponent has more digits than an int.
      throw new StreamReadException(null, "a number has an exponent that is too large", beyond);
    }
  }

  /** What is wrong with what should be JSON, and where. */
  static String wrong(JacksonException malformed) {
    TokenStreamLocation at = malformed.getLocation();
    String place =
        at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    return place + START_MARKER.matcher(malformed.getOriginalMessage()).replaceFirst("");
  }

  /** A moment as all answers tell it: UTC, with milliseconds. */
  static String time(Instant instant) {
    return TIME.format(instant);
  }
}
