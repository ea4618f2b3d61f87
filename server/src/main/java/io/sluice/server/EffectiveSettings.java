package io.sluice.server;

import io.sluice.server.ConfigValue.Text;
import io.sluice.server.SettingTable.Demo;
import java.util.List;

/**
 * The settings that hold, and where each came from.
 *
 * <p>Immutable.
 */
public final class EffectiveSettings {

  /** One setting's value and its source, as people are shown them. */
  record Item(String name, ConfigValue value, String source) {}

  private final Settings settings;
  private final List<Item> items;

  EffectiveSettings(Settings settings, List<Item> items) {
    this.settings = settings;
    this.items = List.copyOf(items);
  }

  static List<Item> list(Values values, boolean demo) {
    return SettingTable.all().stream().map(setting -> item(setting, values, demo)).toList();
  }

  private static <T> Item item(Setting<T> setting, Values values, boolean demo) {
    Origin origin = values.origin(setting);
    if (setting == SettingTable.LISTEN) {
      return new Item(setting.name(), new Text(values.listen().toString()), origin.toString());
    }
    if (setting == SettingTable.DEMO) {
      // What was decided is shown: read as a file, it must not be decided anew.
      Origin decided =
          values.get(SettingTable.DEMO) == Demo.AUTO ? new Origin.Automatic(origin) : origin;
      return new Item(setting.name(), new Text(demo ? "on" : "off"), decided.toString());
    }
    return new Item(setting.name(), setting.write(values.get(setting)), origin.toString());
  }

  List<Item> items() {
    return items;
  }

  /** The settings themselves. */
  public Settings settings() {
    return settings;
  }

  /**
   * A configuration file that says the same, with the source of each value as a comment: {@code
   * drain: 10s # default}.
   */
  public String toYaml() {
    return YamlWriter.write(items);
  }

  /** One JSON object with a member for every setting: {@code {"value":…,"source":…}}. */
  public String toJson() {
    return SettingsJson.write(items);
  }
}
