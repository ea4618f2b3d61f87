package io.sluice.server;

import java.util.List;

/**
 * A setting as the command line gives it.
 *
 * <p>Immutable.
 *
 * @param setting from {@link SettingTable}
 * @param value in its text form
 * @param flag the option as people wrote it, with its dashes: {@code --no-demo}
 */
public record SettingOption(Setting<?> setting, String value, String flag) {

  /** {@code --port}: the port of {@code listen}, whatever that says. */
  public static SettingOption port(String value) {
    return new SettingOption(SettingTable.PORT, value, "--port");
  }

  /** {@code --data}: the directory of the file that holds the log. */
  public static List<SettingOption> data(String directory) {
    return List.of(
        new SettingOption(HistorySettingTable.STORE, "sqlite", "--data"),
        new SettingOption(HistorySettingTable.DATA, directory, "--data"));
  }

  /** {@code --demo} and {@code --no-demo}. */
  public static SettingOption demo(boolean enabled) {
    return new SettingOption(
        SettingTable.DEMO, enabled ? "on" : "off", enabled ? "--demo" : "--no-demo");
  }
}
