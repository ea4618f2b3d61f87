package io.sluice.access;

import io.sluice.event.ChannelPattern;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a token or a session's backend says of somebody: a JSON object, read strictly. Whatever
 * isn't as it should be is an {@link IllegalArgumentException} that names the claim.
 *
 * <p>Immutable.
 */
final class Claims {

  private static final int MAX_DEPTH = 32;
  private static final int MAX_DIGITS = 100;
  private static final long YEAR_9999 = 253_402_300_799L;

  /** For what comes from elsewhere: bounded in depth and digits, no name twice, nothing behind. */
  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_DIGITS)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode object;

  private Claims(JsonNode object) {
    this.object = object;
  }

  static Claims parse(byte[] json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JacksonException notJson) {
      // Its message quotes what it read; that may be part of a credential.
      throw new IllegalArgumentException("isn't JSON", notJson);
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException("isn't a JSON object");
    }
    return new Claims(node);
  }

  /** A text, null if it isn't there. */
  @Nullable String text(String name) {
    JsonNode value = member(object, name);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw new IllegalArgumentException("has a " + name + " that isn't a text");
    }
    return value.stringValue();
  }

  /** Seconds since 1970 (RFC 7519, section 2, NumericDate), null if it isn't there. */
  @Nullable Instant seconds(String name) {
    JsonNode value = member(object, name);
    if (value == null) {
      return null;
    }
    double seconds = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(seconds >= 0 && seconds <= YEAR_9999)) {
      throw new IllegalArgumentException(
          "has a " + name + " that isn't a number of seconds since 1970, up to the year 9999");
    }
    return value.isIntegralNumber()
        ? Instant.ofEpochSecond(value.longValue())
        : Instant.ofEpochMilli((long) (seconds * 1000));
  }

  /** Seconds since 1970 or a text as in RFC 3339, null if it isn't there. */
  @Nullable Instant moment(String name) {
    JsonNode value = member(object, name);
    if (value == null || !value.isString()) {
      return seconds(name);
    }
    try {
      return OffsetDateTime.parse(value.stringValue()).toInstant();
    } catch (DateTimeException notOne) {
      throw new IllegalArgumentException(
          "has a " + name + " that isn't a time as in 2026-01-31T12:00:00Z", notOne);
    }
  }

  /** The members of the object of that name; empty if it isn't there. */
  Map<String, Object> membersOf(String name) {
    JsonNode value = member(object, name);
    if (value == null) {
      return Map.of();
    }
    if (!value.isObject()) {
      throw new IllegalArgumentException("has a " + name + " that isn't an object");
    }
    return new Claims(value).without(Set.of());
  }

  /** An array of texts, or a single one as it stands; empty if it isn't there. */
  List<String> textOrTexts(String name) {
    JsonNode value = member(object, name);
    if (value == null) {
      return List.of();
    }
    return value.isString() ? List.of(value.stringValue()) : texts(name, value);
  }

  /**
   * An array of texts, or one text with spaces between (RFC 8693, section 4.2); empty if it isn't
   * there.
   *
   * @param name of the claim; where there is none of that name, a path with dots between
   */
  List<String> words(String name) {
    JsonNode value = find(name);
    if (value == null) {
      return List.of();
    }
    if (value.isString()) {
      return List.of(value.stringValue().split(" ")).stream().filter(w -> !w.isEmpty()).toList();
    }
    return texts(name, value);
  }

  /** An array of channels and patterns; empty if it isn't there. */
  List<ChannelPattern> patterns(String name) {
    JsonNode value = find(name);
    return value == null
        ? List.of()
        : texts(name, value).stream().map(ChannelPattern::parse).distinct().toList();
  }

  /** All but those named: immutable, without nulls. */
  Map<String, Object> without(Set<String> names) {
    Map<String, Object> rest = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (!names.contains(entry.getKey()) && !entry.getValue().isNull()) {
        rest.put(entry.getKey(), plain(entry.getKey(), entry.getValue()));
      }
    }
    return rest;
  }

  // Names with dots in them are common ("https://app.example/roles"), so the whole name comes
  // first.
  private @Nullable JsonNode find(String name) {
    JsonNode whole = member(object, name);
    if (whole != null) {
      return whole;
    }
    JsonNode at = object;
    for (String step : name.split("\\.", -1)) {
      JsonNode next = member(at, step);
      if (next == null) {
        return null;
      }
      at = next;
    }
    return at;
  }

  private static List<String> texts(String name, JsonNode value) {
    List<String> texts = new ArrayList<>();
    boolean asItShouldBe = value.isArray();
    for (JsonNode element : value) {
      asItShouldBe &= element.isString();
      texts.add(element.asString(""));
    }
    if (!asItShouldBe) {
      throw new IllegalArgumentException("has a " + name + " that isn't a list of texts");
    }
    return texts;
  }

  private static Object plain(String name, JsonNode value) {
    if (value.isArray()) {
      List<Object> elements = new ArrayList<>();
      for (JsonNode element : value) {
        if (!element.isNull()) {
          elements.add(plain(name, element));
        }
      }
      return Collections.unmodifiableList(elements);
    }
    if (value.isObject()) {
      return Collections.unmodifiableMap(new Claims(value).without(Set.of()));
    }
    if (value.isString()) {
      return value.stringValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return number(name, value);
  }

  private static Object number(String name, JsonNode value) {
    if (value.isIntegralNumber()) {
      BigInteger whole = value.bigIntegerValue();
      return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
    }
    double number = value.doubleValue();
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("has a number in " + name + " that is out of range");
    }
    return number;
  }

  // JSON's null says as much as nothing.
  private static @Nullable JsonNode member(JsonNode object, String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }
}
