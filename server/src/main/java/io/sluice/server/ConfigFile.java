package io.sluice.server;

import io.sluice.server.ConfigValue.Entry;
import io.sluice.server.ConfigValue.Mapping;
import io.sluice.server.ConfigValue.Text;
import io.sluice.server.SettingsLoader.FileReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings from a YAML file. Sections may be nested, {@code stream: {retry: 2s}}, or written with
 * dots, {@code stream.retry: 2s}.
 */
final class ConfigFile {

  private final String name;
  private final Problems problems;
  private final List<Assignment> assignments = new ArrayList<>();
  private final Map<Setting<?>, Origin> set = new HashMap<>();

  private ConfigFile(String name, Problems problems) {
    this.name = name;
    this.problems = problems;
  }

  /**
   * Reads the settings in a file.
   *
   * @param named what named the file, for problems with the file itself
   */
  static List<Assignment> read(String name, Origin named, FileReader reader, Problems problems) {
    ConfigFile file = new ConfigFile(name, problems);
    Origin whole = new Origin.InFile(name, 0);
    Optional<String> text = file.text(named, reader);
    ConfigValue root = text.isEmpty() ? null : YamlReader.read("", text.get(), whole, problems);
    if (root instanceof Mapping mapping) {
      file.section("", mapping);
    } else if (root != null) {
      problems.add(
          "config", root.described() + " is not a mapping", whole, "allowed: names with values");
    }
    return file.assignments;
  }

  private Optional<String> text(Origin named, FileReader reader) {
    String why;
    try {
      return Optional.of(reader.read(Path.of(name)));
    } catch (NoSuchFileException | InvalidPathException e) {
      why = "no such file";
    } catch (CharacterCodingException e) {
      why = "not UTF-8";
    } catch (IOException e) {
      why = e.toString();
    }
    problems.add("config", name + " can't be read: " + why, named, "");
    return Optional.empty();
  }

  private void section(String prefix, Mapping mapping) {
    for (Entry entry : mapping.entries()) {
      String path = prefix + entry.key();
      Origin origin = new Origin.InFile(name, entry.line());
      Optional<Setting<?>> setting = SettingTable.find(path);
      if (setting.isPresent()) {
        assign(setting.get(), entry.value(), origin);
      } else if (!SettingTable.isSection(path)) {
        problems.addUnknown(path, origin, SettingTable.names());
      } else if (entry.value() instanceof Mapping section) {
        section(path + ".", section);
      } else if (!(entry.value() instanceof Text(String text)) || !text.isBlank()) {
        // A section without anything in it is left when all its lines are commented out.
        problems.add(
            path,
            entry.value().described() + " is not a mapping",
            origin,
            "allowed: " + String.join(", ", SettingTable.namesIn(path)));
      }
    }
  }

  private void assign(Setting<?> setting, ConfigValue value, Origin origin) {
    Origin before = set.putIfAbsent(setting, origin);
    if (before == null) {
      assignments.add(new Assignment(setting, value, origin));
    } else {
      problems.add(setting.name(), "set twice", origin, "it is already set at " + before);
    }
  }
}
