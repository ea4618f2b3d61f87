package io.sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice history}: what can be done with a durable history beside serving it. */
@Command(
    name = "history",
    description = {
      "Works on the file that a hub keeps its history in (serve --data DIR).",
      "",
      "check, export and backup may run beside the hub; repair and import need it stopped.",
    },
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      HistoryCheckCommand.class,
      HistoryRepairCommand.class,
      HistoryExportCommand.class,
      HistoryImportCommand.class,
      HistoryBackupCommand.class,
    })
final class HistoryCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  HistoryCommand() {}

  /** Without a command: that there has to be one. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to do: one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
