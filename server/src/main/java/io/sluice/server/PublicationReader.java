package io.sluice.server;

import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads events to be published from JSON: {@code {"channel","type","key","data"}}.
 *
 * <p>Immutable.
 *
 * @param maxEventBytes the largest data of one event
 */
record PublicationReader(long maxEventBytes) {

  /** The most events in one array. */
  static final int MAX_EVENTS = 10_000;

  private static final Set<String> FIELDS = Set.of("channel", "type", "key", "data");

  /**
   * Reads an object or an array of them.
   *
   * @throws RefusedException with the place of what is wrong
   */
  List<Publication> read(byte[] json) {
    JsonNode root = parse(json);
    if (!root.isArray()) {
      return List.of(publication(root, ""));
    }
    if (root.isEmpty()) {
      throw refused("no-events", "the array is empty; it needs at least one event");
    }
    if (root.size() > MAX_EVENTS) {
      throw new RefusedException(
          Problem.of(
              413,
              "too-many-events",
              "an array has at most " + MAX_EVENTS + " events, this one has " + root.size()));
    }
    List<Publication> events = new ArrayList<>(root.size());
    for (JsonNode item : root) {
      events.add(publication(item, "item " + events.size() + ": "));
    }
    return events;
  }

  /**
   * Reads one object.
   *
   * @throws RefusedException with the place of what is wrong
   */
  Publication readOne(byte[] json) {
    return publication(parse(json), "");
  }

  private static JsonNode parse(byte[] json) {
    try {
      JsonNode root = Json.tree(json);
      if (root.isMissingNode()) {
        throw refused("malformed-json", "the body is empty; it needs a JSON object or array");
      }
      return root;
    } catch (JacksonException malformed) {
      throw refused("malformed-json", Json.wrong(malformed));
    }
  }

  private Publication publication(JsonNode node, String place) {
    if (!node.isObject()) {
      throw refused(
          "invalid-event", place + "an event is a JSON object, not " + node.getNodeType());
    }
    for (String name : node.propertyNames()) {
      if (!FIELDS.contains(name)) {
        throw refused(
            "unknown-field",
            place + "an event has channel, type, key and data, and no other fields: " + name);
      }
    }
    String channel = text(node, "channel", place);
    if (channel == null) {
      throw refused("missing-channel", place + "channel is missing");
    }
    JsonNode data = node.get("data");
    if (data == null) {
      throw refused("missing-data", place + "data is missing; an empty string is fine");
    }
    byte[] bytes =
        data.isString() ? data.stringValue().getBytes(StandardCharsets.UTF_8) : Json.bytes(data);
    if (bytes.length > maxEventBytes) {
      throw new RefusedException(
          Problem.of(
              413,
              "too-large",
              place + "data has " + bytes.length + " bytes; " + maxEventBytes + " are allowed"));
    }
    try {
      return new Publication(channel, text(node, "type", place), text(node, "key", place), bytes);
    } catch (InvalidEventException invalid) {
      throw refused(invalid.code(), place + invalid.detail());
    }
  }

  private static @Nullable String text(JsonNode node, String name, String place) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw refused(
          "invalid-" + name, place + name + " must be a string, not " + value.getNodeType());
    }
    return value.stringValue();
  }

  private static RefusedException refused(String code, String detail) {
    return new RefusedException(Problem.badRequest(code, detail));
  }
}
