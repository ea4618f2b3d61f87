package io.sluice.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The server's description of its API, and as much of JSON Schema as it uses. What an object has
 * and its schema doesn't name is a fault: the description is meant to be complete.
 */
final class OpenApi {

  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final Map<String, Object> document;

  private OpenApi(Map<String, Object> document) {
    this.document = document;
  }

  @SuppressWarnings("unchecked")
  static OpenApi parse(String yaml) {
    return new OpenApi(
        (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(yaml));
  }

  static OpenApi load() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each method and path template: {@code GET /events/{channel}}. */
  Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    object(document.get("paths"))
        .forEach(
            (path, item) ->
                object(item).keySet().stream()
                    .filter(METHODS::contains)
                    .forEach(
                        method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path)));
    return operations;
  }

  /** The description of what an operation answers with a status, null if it isn't documented. */
  Map<String, Object> response(String operation, int status) {
    String[] methodAndPath = operation.split(" ", 2);
    Map<String, Object> item = object(object(document.get("paths")).get(methodAndPath[1]));
    Map<String, Object> method = object(item.get(methodAndPath[0].toLowerCase(Locale.ROOT)));
    Object response = object(method.get("responses")).get(Integer.toString(status));
    return response == null ? null : resolve(object(response));
  }

  /** The media types of a response and what each holds. */
  Map<String, Map<String, Object>> content(Map<String, Object> response) {
    Map<String, Map<String, Object>> content = new LinkedHashMap<>();
    object(response.getOrDefault("content", Map.of()))
        .forEach((type, media) -> content.put(type, object(media)));
    return content;
  }

  /** Every example of the document with its schema, by where it stands. */
  Map<String, Example> examples() {
    Map<String, Example> examples = new LinkedHashMap<>();
    collect("", document, examples);
    return examples;
  }

  record Example(Map<String, Object> schema, Object value) {}

  private void collect(String place, Object node, Map<String, Example> examples) {
    if (node instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        collect(place + "/" + i, list.get(i), examples);
      }
    } else if (node instanceof Map<?, ?>) {
      Map<String, Object> map = object(node);
      if (map.get("schema") instanceof Map<?, ?> schema) {
        if (map.containsKey("example")) {
          examples.put(place, new Example(object(schema), map.get("example")));
        }
        if (map.get("examples") instanceof Map<?, ?> named) {
          object(named)
              .forEach(
                  (name, example) ->
                      examples.put(
                          place + "/" + name,
                          new Example(object(schema), object(example).get("value"))));
        }
      }
      map.forEach((name, value) -> collect(place + "/" + name, value, examples));
    }
  }

  /** What is wrong with a value, a line for each fault. */
  List<String> faults(Map<String, Object> schema, Object value) {
    List<String> faults = new ArrayList<>();
    check("$", schema, value, faults);
    return faults;
  }

  private void check(String at, Map<String, Object> unresolved, Object value, List<String> faults) {
    Map<String, Object> schema = resolve(unresolved);
    if (schema.get("oneOf") instanceof List<?> choices) {
      long fitting = choices.stream().filter(one -> faults(object(one), value).isEmpty()).count();
      if (fitting != 1) {
        faults.add(at + " fits " + fitting + " of the choices: " + value);
      }
    }
    if (schema.get("type") instanceof String type && !hasType(type, value)) {
      faults.add(at + " isn't of type " + type + ": " + value);
      return;
    }
    if (schema.containsKey("const") && !schema.get("const").equals(value)) {
      faults.add(at + " isn't " + schema.get("const") + ": " + value);
    }
    if (schema.get("enum") instanceof List<?> values && !values.contains(value)) {
      faults.add(at + " is none of " + values + ": " + value);
    }
    switch (value) {
      case String text -> checkText(at, schema, text, faults);
      case Number number -> checkNumber(at, schema, number, faults);
      case List<?> list -> checkItems(at, schema, list, faults);
      case Map<?, ?> map -> checkFields(at, schema, object(map), faults);
      case null, default -> {}
    }
  }

  private static boolean hasType(String type, Object value) {
    return switch (type) {
      case "object" -> value instanceof Map;
      case "array" -> value instanceof List;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Integer || value instanceof Long;
      case "number" -> value instanceof Number;
      default -> throw new IllegalArgumentException("no type of JSON Schema: " + type);
    };
  }

  private static void checkText(
      String at, Map<String, Object> schema, String text, List<String> faults) {
    if (schema.get("pattern") instanceof String pattern && !text.matches(pattern)) {
      faults.add(at + " doesn't match " + pattern + ": " + text);
    }
    if ((schema.get("minLength") instanceof Integer least && text.length() < least)
        || (schema.get("maxLength") instanceof Integer most && text.length() > most)) {
      faults.add(at + " has " + text.length() + " characters");
    }
    if ("date-time".equals(schema.get("format"))
        && !text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z")) {
      faults.add(at + " isn't a time in UTC with milliseconds: " + text);
    }
  }

  private static void checkNumber(
      String at, Map<String, Object> schema, Number number, List<String> faults) {
    double value = number.doubleValue();
    if ((schema.get("minimum") instanceof Number least && value < least.doubleValue())
        || (schema.get("maximum") instanceof Number most && value > most.doubleValue())) {
      faults.add(at + " is out of range: " + number);
    }
  }

  private void checkItems(
      String at, Map<String, Object> schema, List<?> list, List<String> faults) {
    if (schema.get("maxItems") instanceof Integer most && list.size() > most) {
      faults.add(at + " has " + list.size() + " items");
    }
    if (schema.get("items") instanceof Map<?, ?> items) {
      for (int i = 0; i < list.size(); i++) {
        check(at + "[" + i + "]", object(items), list.get(i), faults);
      }
    }
  }

  private void checkFields(
      String at, Map<String, Object> schema, Map<String, Object> value, List<String> faults) {
    Map<String, Object> properties = object(schema.getOrDefault("properties", Map.of()));
    if (schema.get("required") instanceof List<?> required) {
      required.stream()
          .filter(name -> !value.containsKey(name))
          .forEach(name -> faults.add(at + " lacks " + name));
    }
    if ("object".equals(schema.get("type"))) {
      value.forEach(
          (name, field) -> {
            if (properties.get(name) instanceof Map<?, ?> property) {
              check(at + "." + name, object(property), field, faults);
            } else {
              faults.add(at + " has " + name + ", of which the description knows nothing");
            }
          });
    }
  }

  /** The object itself, or what it refers to; what stands beside the reference holds too. */
  private Map<String, Object> resolve(Map<String, Object> node) {
    if (!(node.get("$ref") instanceof String reference)) {
      return node;
    }
    Object found = document;
    for (String name : reference.substring(2).split("/", -1)) {
      found = object(found).get(name);
    }
    if (found == null) {
      throw new IllegalStateException("there is nothing at " + reference);
    }
    Map<String, Object> merged = new HashMap<>(resolve(object(found)));
    node.forEach(
        (name, value) -> {
          if (!name.equals("$ref")) {
            merged.put(name, value);
          }
        });
    return merged;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object node) {
    return (Map<String, Object>) node;
  }
}
