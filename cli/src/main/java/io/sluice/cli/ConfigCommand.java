package io.sluice.cli;

import io.sluice.server.EffectiveSettings;
import io.sluice.server.InvalidSettingsException;
import io.sluice.server.SettingsLoader;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice config}: the settings that {@code serve} would have, without serving. */
@Command(
    name = "config",
    description = {
      "Prints the settings that hold and where each came from.",
      "It takes the options of serve. What it prints is a configuration file."
    },
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    usageHelpWidth = 100,
    modelTransformer = SettingArguments.class)
final class ConfigCommand implements Callable<Integer> {

  private final SettingsLoader loader;

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON, for programs")
  private boolean json;

  ConfigCommand() {
    this(SettingsLoader.ofProcess());
  }

  ConfigCommand(SettingsLoader loader) {
    this.loader = loader;
  }

  /** Prints the settings, or what is wrong with them and answers 2. */
  @Override
  public Integer call() {
    try {
      EffectiveSettings settings =
          SettingArguments.load(spec.commandLine().getParseResult(), loader);
      PrintWriter out = spec.commandLine().getOut();
      out.println((json ? settings.toJson() : settings.toYaml()).stripTrailing());
      out.flush();
      return ExitCode.OK;
    } catch (InvalidSettingsException e) {
      return WrongSettings.tell(e, spec.commandLine().getErr());
    }
  }
}
