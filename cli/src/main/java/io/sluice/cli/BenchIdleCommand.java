package io.sluice.cli;

import io.sluice.bench.Audience;
import io.sluice.bench.IdlePlan;
import io.sluice.bench.IdleReport;
import io.sluice.bench.IdleRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

  @Spec private CommandSpec spec = CommandSpec.create();

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

  @Option(names = "--json", description = "Print the figures as one JSON object.")
  private boolean json;

  @Mixin private BenchTarget target = new BenchTarget();

  @Mixin private ClientOptions client = new ClientOptions();

  @Override
  public Integer call() {
    return BenchResult.print(
        spec.commandLine(),
        json,
        progress -> {
          IdleReport report = IdleRun.run(plan(), progress);
          return new BenchResult(report.text(), report.json(), report.ended() == 0);
        });
  }

  private IdlePlan plan() {
    return new IdlePlan(
        target.at(client.url()),
        Audience.of(subscribers),
        streamsPerConnection,
        CONNECT,
        Duration.ofSeconds(seconds));
  }
}
