package io.sluice.cli;

import io.sluice.server.SettingsLoader;
import io.sluice.sqlite.SqliteFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice history backup}: a copy of a history, of one moment. */
@Command(
    name = "backup",
    description = {
      "Copies a history as it is at one moment. A hub may run on it, and isn't held up.",
      "",
      "A hub that runs on the copy begins a new epoch there. Clients that had no more than is in"
          + " the copy resume as if nothing had been; the others are told of a gap (reset).",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    parameterListHeading = "%n",
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the copy is there",
      "1:it isn't: standard error says why",
      "2:wrong arguments or settings",
    },
    footerHeading = "%nExample:%n",
    footer = "  sluice history backup --data /var/lib/sluice /backups/$(date +%%F).db")
final class HistoryBackupCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "Where to: a file that isn't there yet.")
  private Path target = Path.of("");

  @Mixin private final HistoryFileOptions options;

  HistoryBackupCommand() {
    this.options = new HistoryFileOptions();
  }

  /**
   * @param loader reads the hub's settings
   */
  HistoryBackupCommand(SettingsLoader loader) {
    this.options = new HistoryFileOptions(loader);
  }

  @Override
  public Integer call() {
    return options.attempt(
        () -> {
          Path history = options.file();
          SqliteFile.backup(history, target);
          options
              .notices()
              .tell("copied " + history + " to " + target + ", " + Files.size(target) + " bytes");
          return ExitCode.OK;
        });
  }
}
