package io.sluice.server;

import io.sluice.server.ConfigValue.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings of a process: defaults, then the configuration file, then {@code PORT}, then
 * {@code SLUICE_…} variables, then the command line; what comes later wins. All that is wrong
 * anywhere is found before anything is refused, in values that another source replaces too.
 *
 * <p>Thread-safe: it only reads.
 */
public final class SettingsLoader {

  /** Where the text of configuration files comes from. */
  @FunctionalInterface
  public interface FileReader {
    /**
     * The whole file, from UTF-8.
     *
     * @throws IOException if it can't be read
     */
    String read(Path file) throws IOException;
  }

  private final Map<String, String> environment;
  private final FileReader files;
  private final long heapBytes;

  /**
   * With an environment that the caller makes up.
   *
   * @param environment variables and their values; a copy is taken
   * @param files reads configuration files
   * @param heapBytes what the Java heap may grow to
   */
  public SettingsLoader(Map<String, String> environment, FileReader files, long heapBytes) {
    this.environment = Map.copyOf(environment);
    this.files = files;
    this.heapBytes = heapBytes;
  }

  /** With this process's environment, files and heap. */
  public static SettingsLoader ofProcess() {
    return new SettingsLoader(System.getenv(), Files::readString, Runtime.getRuntime().maxMemory());
  }

  static Settings forProgram(Map<String, String> texts) {
    Problems problems = new Problems();
    Values values = new Values();
    texts.forEach(
        (name, text) -> {
          Origin origin = new Origin.Flag("Settings.of");
          SettingTable.find(name)
              .ifPresentOrElse(
                  setting ->
                      values.assign(new Assignment(setting, new Text(text), origin), problems),
                  () -> problems.addUnknown(name, origin, SettingTable.names()));
        });
    var composed = AccessSettingReader.read(values, problems);
    CrossChecks.run(values, composed.access(), Long.MAX_VALUE, problems);
    problems.throwIfAny();
    return Settings.from(values, composed, values.get(SettingTable.DEMO) == SettingTable.Demo.ON);
  }

  /**
   * Reads and checks all settings.
   *
   * @param config the file that {@code --config} names, or null to take {@code SLUICE_CONFIG}'s or
   *     none
   * @param options the settings on the command line
   * @throws InvalidSettingsException with all that is wrong
   */
  public EffectiveSettings load(@Nullable String config, List<SettingOption> options) {
    Problems problems = new Problems();
    List<Assignment> assignments = new ArrayList<>(file(config, problems));
    assignments.addAll(Environment.read(environment, problems));
    for (SettingOption option : options) {
      assignments.add(
          new Assignment(
              option.setting(), new Text(option.value()), new Origin.Flag(option.flag())));
    }
    Values values = new Values();
    assignments.forEach(assignment -> values.assign(assignment, problems));
    var composed = AccessSettingReader.read(values, problems);
    CrossChecks.run(values, composed.access(), heapBytes, problems);
    problems.throwIfAny();
    boolean demo = demoRuns(values);
    return new EffectiveSettings(
        Settings.from(values, composed, demo), EffectiveSettings.list(values, demo));
  }

  private List<Assignment> file(@Nullable String config, Problems problems) {
    if (config != null) {
      return ConfigFile.read(config, new Origin.Flag("--config"), files, problems);
    }
    return Optional.ofNullable(environment.get(Environment.CONFIG))
        .filter(name -> !name.isBlank())
        .map(
            name -> ConfigFile.read(name, new Origin.Variable(Environment.CONFIG), files, problems))
        .orElse(List.of());
  }

  private static boolean demoRuns(Values values) {
    return switch (values.get(SettingTable.DEMO)) {
      case ON -> true;
      case OFF -> false;
      case AUTO -> values.listen().isLoopback() && isUnconfigured(values);
    };
  }

  /** Whether nothing is set but what somebody who only has a look would set. */
  private static boolean isUnconfigured(Values values) {
    return SettingTable.all().stream()
        .filter(setting -> setting != SettingTable.LISTEN && setting != SettingTable.LOG)
        .filter(setting -> setting != AccessSettingTable.TLS_DEV)
        .filter(setting -> !setting.name().startsWith("demo."))
        .noneMatch(values::isSet);
  }
}
