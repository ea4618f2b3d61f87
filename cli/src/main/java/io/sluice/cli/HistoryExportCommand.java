package io.sluice.cli;

import io.sluice.server.SettingsLoader;
import io.sluice.sqlite.SqliteFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice history export}: all events of a history as lines. */
@Command(
    name = "export",
    description = {
      "Writes all events of a history, oldest first, one JSON object a line, with the members that"
          + " GET /history has: id, channel, type, key, time, data. A hub may run on it.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    parameterListHeading = "%n",
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all was written",
      "1:it wasn't: standard error says why",
      "2:wrong arguments or settings",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice history export --data /var/lib/sluice events.ndjson",
      "  sluice history export --data /var/lib/sluice | gzip > events.ndjson.gz",
    })
final class HistoryExportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "-",
      description = "Where to, a file that isn't there yet; - or nothing is standard output.")
  private String target = "-";

  @Mixin private final HistoryFileOptions options;

  HistoryExportCommand() {
    this.options = new HistoryFileOptions();
  }

  /**
   * @param loader reads the hub's settings
   */
  HistoryExportCommand(SettingsLoader loader) {
    this.options = new HistoryFileOptions(loader);
  }

  @Override
  public Integer call() {
    return options.attempt(
        () -> {
          Path history = options.file();
          long events = target.equals("-") ? print(history) : write(history, Path.of(target));
          options.notices().tell("exported " + Count.of(events, "event") + " of " + history);
          return ExitCode.OK;
        });
  }

  private long print(Path history) throws IOException {
    PrintedLines lines = new PrintedLines(spec.commandLine().getOut());
    long events = SqliteFile.exportTo(history, lines);
    lines.end();
    return events;
  }

  private static long write(Path history, Path file) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    // Under its own name only when it is whole.
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      long events;
      try (BufferedWriter lines = Files.newBufferedWriter(part)) {
        events = SqliteFile.exportTo(history, lines);
      }
      Files.move(part, file);
      return events;
    } catch (IOException | RuntimeException e) {
      try {
        Files.deleteIfExists(part);
      } catch (IOException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }
}
