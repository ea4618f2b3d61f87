package io.sluice.server;

import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import io.sluice.server.ConfigValue.Mapping;
import io.sluice.server.ConfigValue.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The type of {@code schemas}: channel patterns, each with a JSON Schema's file, or one for each of
 * some types, in order. The files are read with the settings, so that a server doesn't start with
 * schemas that it can't hold events against.
 */
final class SchemasType implements SettingType<EventSchemas> {

  private static final String ADVICE =
      "allowed: channel patterns with a JSON Schema's file, or with one for each type, such as"
          + " {\"orders/*\": order.json, \"chat/**\": {text: text.json, typing: typing.json}}";

  @Override
  public @Nullable EventSchemas read(
      String name, ConfigValue value, Origin origin, Problems problems) {
    ConfigValue tree =
        value instanceof Text(String text) ? YamlReader.read(name, text, origin, problems) : value;
    if (tree == null) {
      return null;
    }
    if (!(tree instanceof Mapping(List<ConfigValue.Entry> lines))) {
      problems.add(name, tree.described() + " is not a mapping", origin, ADVICE);
      return null;
    }
    List<EventSchemas.Entry> entries = new ArrayList<>();
    for (ConfigValue.Entry line : lines) {
      EventSchemas.Entry entry = entry(name, line, origin.atLine(line.line()), problems);
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries.size() == lines.size() ? new EventSchemas(entries) : null;
  }

  private static EventSchemas.@Nullable Entry entry(
      String name, ConfigValue.Entry line, Origin origin, Problems problems) {
    ChannelPattern pattern = null;
    try {
      pattern = ChannelPattern.parse(line.key());
    } catch (InvalidEventException e) {
      problems.add(
          name, e.detail(), origin, "allowed: a channel, or a pattern such as news/* or news/**");
    }
    String entryName = name + "." + line.key();
    if (line.value() instanceof Mapping(List<ConfigValue.Entry> types)) {
      Map<String, EventSchema> byType = byType(entryName, types, origin, problems);
      return pattern == null || byType == null ? null : EventSchemas.Entry.of(pattern, byType);
    }
    EventSchema every = schema(entryName, line.value(), origin, problems);
    return pattern == null || every == null ? null : EventSchemas.Entry.of(pattern, every);
  }

  private static @Nullable Map<String, EventSchema> byType(
      String entryName, List<ConfigValue.Entry> types, Origin origin, Problems problems) {
    Map<String, EventSchema> byType = new LinkedHashMap<>();
    for (ConfigValue.Entry line : types) {
      String typeName = entryName + "." + line.key();
      Origin at = origin.atLine(line.line());
      String type = type(typeName, line.key(), at, problems);
      EventSchema schema = schema(typeName, line.value(), at, problems);
      if (type != null && schema != null) {
        byType.put(type, schema);
      }
    }
    return byType.size() == types.size() ? byType : null;
  }

  private static @Nullable String type(String name, String text, Origin origin, Problems problems) {
    try {
      String type = new Publication("any", text, null, new byte[0]).type();
      return type == null ? EventSchemas.NO_TYPE : type;
    } catch (InvalidEventException e) {
      problems.add(
          name, e.detail(), origin, "allowed: types that events can have; message is to have none");
      return null;
    }
  }

  private static @Nullable EventSchema schema(
      String name, ConfigValue value, Origin origin, Problems problems) {
    if (!(value instanceof Text(String file)) || file.isBlank()) {
      problems.add(name, value.described() + " is not a file", origin, ADVICE);
      return null;
    }
    try {
      return EventSchema.read(file.strip());
    } catch (IllegalArgumentException e) {
      problems.add(name, String.valueOf(e.getMessage()), origin, "");
      return null;
    }
  }

  @Override
  public ConfigValue write(EventSchemas schemas) {
    return new Mapping(
        schemas.entries().stream()
            .map(entry -> new ConfigValue.Entry(entry.pattern().toString(), write(entry), 0))
            .toList());
  }

  private static ConfigValue write(EventSchemas.Entry entry) {
    return entry.every() == null
        ? new Mapping(
            entry.byType().entrySet().stream()
                .map(type -> new ConfigValue.Entry(type.getKey(), write(type.getValue()), 0))
                .toList())
        : write(entry.every());
  }

  private static Text write(EventSchema schema) {
    return new Text(schema.file());
  }

  @Override
  public String kind() {
    return "patterns";
  }

  @Override
  public String range() {
    return "pattern: file, or pattern: {type: file}";
  }
}
