package io.sluice.cli;

import io.sluice.bench.ConnectPlan;
import io.sluice.bench.ConnectReport;
import io.sluice.bench.ConnectRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench connect}: what it costs to let a subscriber in. */
@Command(
    name = "connect",
    description = {
      "Opens streams as fast as the server takes them, and drops each as soon as it is answered:"
          + " what a subscriber's coming and going costs, with its token.",
    },
    sortOptions = false,
    usageHelpWidth = 100,
    abbreviateSynopsis = true,
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every request was answered with a stream",
      "1:some weren't, or the run failed",
      "2:wrong usage",
    })
final class BenchConnectCommand implements Callable<Integer> {

  @Option(
      names = "--at-once",
      paramLabel = "<streams>",
      defaultValue = "64",
      description = "How many are being opened at any time (default: ${DEFAULT-VALUE}).")
  private int atOnce;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description =
          "A file with a token in each line: each stream shows the next one, from the first again"
              + " after the last. They go to a --subscribe-url, too.")
  private @Nullable Path tokens;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "How long to measure (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "<seconds>",
      defaultValue = "3",
      description = "How long to open streams before (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Mixin private BenchOptions options = new BenchOptions();

  @Override
  public Integer call() {
    return options.print(
        progress -> {
          ConnectReport report = ConnectRun.run(plan(), progress);
          return new BenchResult(report.text(), report.json(), report.allOpened());
        });
  }

  private ConnectPlan plan() {
    return new ConnectPlan(
        options.target(),
        atOnce,
        tokens == null
            ? List.of()
            : BearerToken.readLines(tokens).stream().map(BearerToken::header).toList(),
        Duration.ofSeconds(warmUp),
        Duration.ofSeconds(seconds));
  }
}
