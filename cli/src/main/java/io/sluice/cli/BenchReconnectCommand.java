package io.sluice.cli;

import io.sluice.bench.Audience;
import io.sluice.bench.ReconnectPlan;
import io.sluice.bench.ReconnectReport;
import io.sluice.bench.ReconnectRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench reconnect}: what it takes until all are whole again after a cut. */
@Command(
    name = "reconnect",
    description = {
      "Drops all subscribers at once, publishes, and lets all come back at once with the id of the"
          + " last event that they got.",
    },
    sortOptions = false,
    usageHelpWidth = 100,
    abbreviateSynopsis = true,
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every subscriber got what it had missed, once and in order",
      "1:some didn't, or the run failed",
      "2:wrong usage",
    })
final class BenchReconnectCommand implements Callable<Integer> {

  @Option(
      names = "--subscribers",
      defaultValue = "1000",
      description = "How many subscribe (default: ${DEFAULT-VALUE}).")
  private int subscribers;

  @Option(
      names = "--missed",
      paramLabel = "<events>",
      defaultValue = "100",
      description = "How many events each misses (default: ${DEFAULT-VALUE}).")
  private int missed;

  @Option(
      names = "--bytes",
      defaultValue = "100",
      description = "Size of each event's data (default: ${DEFAULT-VALUE}).")
  private int bytes;

  @Option(
      names = "--at-most",
      paramLabel = "<seconds>",
      defaultValue = "60",
      description = "Bound on connecting, and on coming back (default: ${DEFAULT-VALUE}).")
  private int atMost;

  @Mixin private BenchOptions options = new BenchOptions();

  @Override
  public Integer call() {
    return options.print(
        progress -> {
          ReconnectReport report = ReconnectRun.run(plan(), progress);
          return new BenchResult(report.text(), report.json(), report.allWhole());
        });
  }

  private ReconnectPlan plan() {
    return new ReconnectPlan(
        options.target(), Audience.of(subscribers), missed, bytes, Duration.ofSeconds(atMost));
  }
}
