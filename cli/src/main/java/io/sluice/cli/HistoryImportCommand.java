package io.sluice.cli;

import io.sluice.server.ByteSize;
import io.sluice.server.Settings;
import io.sluice.server.SettingsLoader;
import io.sluice.sqlite.SqliteFile;
import io.sluice.sqlite.SqliteOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice history import}: events from lines, into a history. */
@Command(
    name = "import",
    description = {
      "Appends events to a history, in the order of the lines, each as export writes it: a JSON"
          + " object with channel and data, and maybe type, key and time. They get new ids. No hub"
          + " may run on it; if there is none, it is made.",
      "",
      "The hub's settings say what is kept, so that an event that is too old for its channel is"
          + " given up soon, as everywhere.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    parameterListHeading = "%n",
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all was imported",
      "1:something wasn't: standard error says what and why",
      "2:wrong arguments or settings",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice history import --data /var/lib/sluice --config sluice.yaml events.ndjson",
      "  zcat events.ndjson.gz | sluice history import --data /var/lib/sluice",
    })
final class HistoryImportCommand implements Callable<Integer> {

  private final InputStream input;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "-",
      description = "Where from; - or nothing is standard input.")
  private String source = "-";

  @Mixin private final HistoryFileOptions options;

  HistoryImportCommand() {
    this.input = System.in;
    this.options = new HistoryFileOptions();
  }

  /**
   * @param input the lines, if no file has them
   * @param loader reads the hub's settings
   */
  HistoryImportCommand(InputStream input, SettingsLoader loader) {
    this.input = input;
    this.options = new HistoryFileOptions(loader);
  }

  @Override
  public Integer call() {
    return options.attempt(
        () -> {
          Path history = options.file();
          SqliteOptions sqlite = sqlite(history, options.settings());
          return tell(history, source.equals("-") ? read(sqlite, input) : read(sqlite));
        });
  }

  private static SqliteOptions sqlite(Path history, Settings settings) {
    return SqliteOptions.of(history)
        .withSync(SqliteOptions.Sync.valueOf(settings.history().sync().name()))
        .withRules(settings.history().channels())
        .withTimeLines(settings.stream().time())
        .withLimits(
            SqliteOptions.Limits.DEFAULT.withMaxFileBytes(
                settings.history().disk().map(ByteSize::bytes).orElse(0L)));
  }

  private SqliteFile.Imported read(SqliteOptions sqlite) throws IOException {
    try (InputStream file = Files.newInputStream(Path.of(source))) {
      return read(sqlite, file);
    }
  }

  private static SqliteFile.Imported read(SqliteOptions sqlite, InputStream from)
      throws IOException {
    // Closing the reader is left to whoever opened the stream.
    BufferedReader lines = new BufferedReader(new StrictUtf8Reader(from));
    try {
      return SqliteFile.importFrom(sqlite, lines);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private int tell(Path history, SqliteFile.Imported imported) {
    Notices notices = options.notices();
    notices.tell("imported " + Count.of(imported.events(), "event") + " into " + history);
    if (imported.live() > 0) {
      notices.tell(
          Count.of(imported.live(), "event")
              + " passed over: the settings keep nothing of their channels (events: 0)");
    }
    if (imported.retimed() > 0) {
      notices.tell(
          Count.of(imported.retimed(), "event")
              + " got another time than in the line: times never go back in a history, nor are they"
              + " later than now");
    }
    return ExitCode.OK;
  }
}
