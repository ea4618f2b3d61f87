package io.sluice.cli;

import io.sluice.bench.Audience;
import io.sluice.bench.IdlePlan;
import io.sluice.bench.IdleReport;
import io.sluice.bench.IdleRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench idle}: what subscribers cost that only stay connected. */
@Command(
    name = "idle",
    description = {
      "Connects subscribers and publishes nothing: what each costs in memory, and what heartbeats"
          + " cost.",
    },
    sortOptions = false,
    usageHelpWidth = 100,
    abbreviateSynopsis = true,
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every stream stayed open",
      "1:some didn't, or the run failed",
      "2:wrong usage",
    })
final class BenchIdleCommand implements Callable<Integer> {

  private static final Duration CONNECT = Duration.ofSeconds(60);

  @Option(
      names = "--subscribers",
      defaultValue = "1000",
      description = "How many subscribe (default: ${DEFAULT-VALUE}).")
  private int subscribers;

  @Option(
      names = "--http2",
      paramLabel = "<streams>",
      defaultValue = "0",
      description =
          "Speak HTTP/2 with prior knowledge, with so many streams on each connection (default:"
              + " HTTP/1.1).")
  private int streamsPerConnection;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "How long they stay (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Mixin private BenchOptions options = new BenchOptions();

  @Override
  public Integer call() {
    return options.print(
        progress -> {
          IdleReport report = IdleRun.run(plan(), progress);
          return new BenchResult(report.text(), report.json(), report.ended() == 0);
        });
  }

  private IdlePlan plan() {
    return new IdlePlan(
        options.target(),
        Audience.of(subscribers),
        streamsPerConnection,
        CONNECT,
        Duration.ofSeconds(seconds));
  }
}
