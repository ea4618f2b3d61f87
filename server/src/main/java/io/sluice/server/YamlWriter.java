package io.sluice.server;

import io.sluice.server.ConfigValue.Entry;
import io.sluice.server.ConfigValue.Mapping;
import io.sluice.server.ConfigValue.Sequence;
import io.sluice.server.ConfigValue.Text;
import io.sluice.server.EffectiveSettings.Item;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes settings as a configuration file, with the source of each behind it. */
final class YamlWriter {

  /** Text that YAML 1.2 reads back as it is, without quotes, also within {@code {…}}. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._/+-]|:(?=[A-Za-z0-9]))*");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final int COMMENT_COLUMN = 36;

  private final StringBuilder out = new StringBuilder();

  private YamlWriter() {}

  static String write(List<Item> items) {
    YamlWriter writer = new YamlWriter();
    String section = "";
    for (Item item : items) {
      int dot = item.name().indexOf('.');
      String itsSection = item.name().substring(0, Math.max(dot, 0));
      if (!itsSection.equals(section) && !itsSection.isEmpty()) {
        writer.out.append(itsSection).append(":\n");
      }
      section = itsSection;
      writer.item(dot < 0 ? "" : "  ", item.name().substring(dot + 1), item);
    }
    return writer.out.toString();
  }

  private void item(String indent, String key, Item item) {
    if (item.value() instanceof Mapping(List<Entry> entries) && !entries.isEmpty()) {
      line(indent + key + ":", item.source());
      for (Entry entry : entries) {
        out.append(indent).append("  ").append(quoted(entry.key()));
        out.append(": ").append(inline(entry.value())).append('\n');
      }
    } else {
      line(indent + key + ": " + inline(item.value()), item.source());
    }
  }

  private void line(String text, String source) {
    out.append(text);
    out.repeat(' ', Math.max(2, COMMENT_COLUMN - text.length()));
    // A file's name may be anything; a line break in it must not end the comment.
    out.append("# ").append(CONTROL.matcher(source).replaceAll("?")).append('\n');
  }

  private static String inline(ConfigValue value) {
    return switch (value) {
      case Text(String text) -> PLAIN.matcher(text).matches() ? text : quoted(text);
      case Mapping(List<Entry> entries) ->
          entries.stream()
              .map(entry -> inline(new Text(entry.key())) + ": " + inline(entry.value()))
              .collect(Collectors.joining(", ", "{", "}"));
      case Sequence(List<ConfigValue> items) ->
          items.stream().map(YamlWriter::inline).collect(Collectors.joining(", ", "[", "]"));
    };
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
