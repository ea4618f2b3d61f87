package io.sluice.cli;

import io.sluice.server.EffectiveSettings;
import io.sluice.server.InvalidSettingsException;
import io.sluice.server.Setting;
import io.sluice.server.SettingOption;
import io.sluice.server.SettingTable;
import io.sluice.server.SettingsLoader;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Gives a command the options of all settings, from the table of them, and reads them: {@code
 * --stream.retry 2s}, and the short ones {@code --config}, {@code --port}, {@code --demo} and
 * {@code --tls-dev}.
 *
 * <p>picocli makes one for each command that names it as its {@code modelTransformer}.
 */
final class SettingArguments implements IModelTransformer {

  private static final String CONFIG = "--config";
  private static final String DATA = "--data";
  private static final String PORT = "--port";
  private static final String DEMO = "--demo";
  private static final String TLS_DEV = "--tls-dev";

  @Override
  public CommandSpec transform(CommandSpec command) {
    command.addOption(
        text(
            CONFIG, "<file>", "Read settings from a YAML file. Default: SLUICE_CONFIG's, or none"));
    command.addOption(
        text(
            PORT, "<number>", "The port to listen on, 0 for a free one. Default: PORT's, or 8080"));
    command.addOption(
        text(
            DATA,
            "<directory>",
            "Keep history in a file in this directory: history.store sqlite, history.data"));
    command.addOption(
        OptionSpec.builder(DEMO)
            .negatable(true)
            .type(Boolean.class)
            .arity("0")
            .description("Publish live streams to look at, or not: demo.enabled on or off")
            .build());
    command.addOption(
        OptionSpec.builder(TLS_DEV)
            .type(Boolean.class)
            .arity("0")
            .description("Encrypt with a certificate made at the start: tls.dev on")
            .build());
    SettingTable.all().forEach(setting -> command.addOption(option(setting)));
    return command;
  }

  private static OptionSpec text(String name, String label, String description) {
    return OptionSpec.builder(name)
        .type(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  private static OptionSpec option(Setting<?> setting) {
    OptionSpec.Builder option =
        OptionSpec.builder(setting.flag())
            .type(String.class)
            .paramLabel("<" + setting.kind() + ">")
            .description(description(setting).replace("%", "%%"));
    if (setting.isSwitch()) {
      option.arity("0..1").fallbackValue("true");
    }
    return option.build();
  }

  private static String description(Setting<?> setting) {
    String text = setting.meaning();
    if (!setting.isChoice()) {
      text += " Values: " + setting.range() + ".";
    }
    return setting.defaultText().isEmpty() ? text : text + " Default: " + setting.defaultText();
  }

  /**
   * The settings of the process, with those on the command line.
   *
   * @throws InvalidSettingsException with all that is wrong
   */
  static EffectiveSettings load(ParseResult arguments, SettingsLoader loader) {
    List<SettingOption> options = new ArrayList<>();
    String data = arguments.matchedOptionValue(DATA, (String) null);
    if (data != null) {
      options.addAll(SettingOption.data(data));
    }
    for (Setting<?> setting : SettingTable.all()) {
      String value = arguments.matchedOptionValue(setting.flag(), (String) null);
      if (value != null) {
        options.add(new SettingOption(setting, value, setting.flag()));
      }
      if (setting.name().equals("tls.dev") && arguments.hasMatchedOption(TLS_DEV)) {
        options.add(new SettingOption(setting, "true", TLS_DEV));
      }
    }
    String port = arguments.matchedOptionValue(PORT, (String) null);
    if (port != null) {
      options.add(SettingOption.port(port));
    }
    Boolean demo = arguments.matchedOptionValue(DEMO, (Boolean) null);
    if (demo != null) {
      options.add(SettingOption.demo(demo));
    }
    return loader.load(arguments.matchedOptionValue(CONFIG, (String) null), options);
  }
}
