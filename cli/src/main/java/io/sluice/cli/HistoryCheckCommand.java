package io.sluice.cli;

import io.sluice.server.SettingsLoader;
import io.sluice.sqlite.SqliteFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice history check}: whether a history is sound. */
@Command(
    name = "check",
    description = {
      "Reads all of a history, and says what is wrong in it. Changes nothing; a hub may run on it.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it is sound",
      "1:something is wrong in it, or it can't be read",
      "2:wrong arguments or settings",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice history check --data /var/lib/sluice",
      "  sluice history check --file /backups/monday.db && echo good",
    })
final class HistoryCheckCommand implements Callable<Integer> {

  private static final int MOST_PROBLEMS = 100;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final HistoryFileOptions options;

  HistoryCheckCommand() {
    this.options = new HistoryFileOptions();
  }

  /**
   * @param loader reads the hub's settings
   */
  HistoryCheckCommand(SettingsLoader loader) {
    this.options = new HistoryFileOptions(loader);
  }

  @Override
  public Integer call() {
    return options.attempt(
        () -> {
          Path file = options.file();
          return print(file, SqliteFile.check(file));
        });
  }

  private int print(Path file, SqliteFile.Report report) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        VisibleText.of(file + (report.isSound() ? " is sound: " : " has ") + holds(report)));
    if (report.isSound()) {
      out.flush();
      return ExitCode.OK;
    }
    int count = report.problems().size();
    out.println(
        count < MOST_PROBLEMS
            ? Count.of(count, "problem") + ":"
            : "at least " + Count.of(count, "problem") + ", of which these are the first:");
    report.problems().forEach(problem -> out.println("  " + VisibleText.of(problem)));
    out.flush();
    options
        .notices()
        .tell(
            "stop the hub and save what can be read with 'sluice history repair"
                + options.again()
                + "', or restore a backup");
    return ExitCode.SOFTWARE;
  }

  private static String holds(SqliteFile.Report report) {
    return Count.of(report.events(), "event")
        + " in "
        + Count.of(report.channels(), "channel")
        + ", newest sequence "
        + report.newest();
  }
}
