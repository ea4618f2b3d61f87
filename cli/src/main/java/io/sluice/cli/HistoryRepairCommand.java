package io.sluice.cli;

import io.sluice.server.SettingsLoader;
import io.sluice.sqlite.SqliteFile;
import io.sluice.sqlite.UnusableFileException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice history repair}: saves what can be read of a damaged history. */
@Command(
    name = "repair",
    description = {
      "Puts what can be read of a damaged history into a new file, which takes the old one's place."
          + " The old one is kept beside it. No hub may run on it.",
      "",
      "Nobody can tell what is missing then, so a new epoch begins: clients that come back are told"
          + " of a gap (reset) and begin with the oldest event that was saved.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it was repaired, or there was nothing to repair",
      "1:it wasn't: standard error says why, and all is as it was",
      "2:wrong arguments or settings",
    },
    footerHeading = "%nExample:%n",
    footer = "  sluice history repair --data /var/lib/sluice")
final class HistoryRepairCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--even-if-sound",
      description = "Repair what a check finds nothing wrong in, too.")
  private boolean evenIfSound;

  @Mixin private final HistoryFileOptions options;

  HistoryRepairCommand() {
    this.options = new HistoryFileOptions();
  }

  /**
   * @param loader reads the hub's settings
   */
  HistoryRepairCommand(SettingsLoader loader) {
    this.options = new HistoryFileOptions(loader);
  }

  @Override
  public Integer call() {
    return options.attempt(
        () -> {
          Path file = options.file();
          // A repair costs every client its place.
          if (!evenIfSound && isSound(file)) {
            options.notices().tell(file + " is sound: there is nothing to repair");
            return ExitCode.OK;
          }
          return print(file, SqliteFile.repair(file));
        });
  }

  private static boolean isSound(Path file) {
    try {
      return SqliteFile.check(file).isSound();
    } catch (UnusableFileException unreadable) {
      return false; // whether anything can be saved, and if not why, the repair says
    }
  }

  private int print(Path file, SqliteFile.Repaired repaired) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        VisibleText.of(
            "saved " + Count.of(repaired.events(), "event") + "; " + file + " is a new file"));
    out.println(VisibleText.of("the old one is " + repaired.damaged()));
    if (!repaired.problems().isEmpty()) {
      out.println("what couldn't be read:");
      repaired.problems().forEach(problem -> out.println("  " + VisibleText.of(problem)));
    }
    out.flush();
    options
        .notices()
        .tell("a new epoch begins: clients that come back are told of a gap, reason reset");
    return ExitCode.OK;
  }
}
