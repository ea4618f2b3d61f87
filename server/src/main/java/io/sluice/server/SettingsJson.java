package io.sluice.server;

import io.sluice.server.ConfigValue.Entry;
import io.sluice.server.ConfigValue.Mapping;
import io.sluice.server.ConfigValue.Sequence;
import io.sluice.server.ConfigValue.Text;
import io.sluice.server.EffectiveSettings.Item;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes settings as JSON for programs, with the source of each beside it. */
final class SettingsJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Sizes and durations have units, so that digits alone are always a number. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private SettingsJson() {}

  static String write(List<Item> items) {
    ObjectNode root = NODES.objectNode();
    for (Item item : items) {
      ObjectNode member = root.putObject(item.name());
      member.set("value", node(item.value()));
      member.put("source", item.source());
    }
    return root.toPrettyString();
  }

  private static JsonNode node(ConfigValue value) {
    return switch (value) {
      case Text(String text) -> scalar(text);
      case Mapping(List<Entry> entries) -> {
        ObjectNode object = NODES.objectNode();
        entries.forEach(entry -> object.set(entry.key(), node(entry.value())));
        yield object;
      }
      case Sequence(List<ConfigValue> items) -> {
        ArrayNode array = NODES.arrayNode();
        items.forEach(item -> array.add(node(item)));
        yield array;
      }
    };
  }

  private static JsonNode scalar(String text) {
    if (text.equals("true") || text.equals("false")) {
      return NODES.booleanNode(Boolean.parseBoolean(text));
    }
    return NUMBER.matcher(text).matches()
        ? NODES.numberNode(Long.parseLong(text))
        : NODES.stringNode(text);
  }
}
