package io.sluice.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads the JSON that a request brings, strictly: what isn't understood is refused, since its
 * sender meant something by it. All throw {@link RefusedException} with 400.
 */
final class JsonBody {

  private static final String INVALID = "invalid-body";

  private JsonBody() {}

  /** The body as an object with no other fields than these. */
  static JsonNode object(byte[] body, String what, Set<String> fields) {
    JsonNode json;
    try {
      json = Json.tree(body);
    } catch (JacksonException malformed) {
      throw refused("malformed-json", malformed.getOriginalMessage());
    }
    check(json, what, fields);
    return json;
  }

  /** The object in a field, an empty one if there is none. */
  static JsonNode part(JsonNode json, String name, Set<String> fields) {
    JsonNode part = json.get(name);
    if (part == null || part.isNull()) {
      return Json.object();
    }
    check(part, name, fields);
    return part;
  }

  private static void check(JsonNode node, String what, Set<String> fields) {
    if (!node.isObject()) {
      throw refused(INVALID, what + " must be a JSON object");
    }
    for (String name : node.propertyNames()) {
      if (!fields.contains(name)) {
        throw refused("unknown-field", what + " has no field " + name);
      }
    }
  }

  /** The array of strings in a field, an empty list if there is none. */
  static List<String> strings(JsonNode json, String name) {
    JsonNode array = json.get(name);
    List<String> strings = new ArrayList<>();
    if (array == null || array.isNull()) {
      return strings;
    }
    if (!array.isArray()) {
      throw refused(INVALID, name + " must be an array of strings");
    }
    for (JsonNode item : array) {
      if (!item.isString()) {
        throw refused(INVALID, name + " must be an array of strings");
      }
      strings.add(item.stringValue());
    }
    return strings;
  }

  /** The string in a field, null if there is none. */
  static @Nullable String string(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString() || value.stringValue().isEmpty()) {
      throw refused(INVALID, name + " must be a string that isn't empty");
    }
    return value.stringValue();
  }

  private static RefusedException refused(String code, String detail) {
    return new RefusedException(Problem.badRequest(code, detail));
  }
}
