package io.sluice.cli;

import io.sluice.bench.Audience;
import io.sluice.bench.Pace;
import io.sluice.bench.Phases;
import io.sluice.bench.Publishing;
import io.sluice.bench.ReplayPlan;
import io.sluice.bench.ReplayReport;
import io.sluice.bench.ReplayRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench replay}: what the past costs the present. */
@Command(
    name = "replay",
    description = {
      "Publishes to a channel, then to others until that has left the server's memory, and has many"
          + " clients ask for all of it at once while live traffic flows: what the live"
          + " subscribers notice.",
      "",
      "The server has to retain what is replayed: --events must not be more than its"
          + " history.channels keep, --later more than its history.memory.",
    },
    sortOptions = false,
    usageHelpWidth = 100,
    abbreviateSynopsis = true,
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every client and every subscriber got everything, once and in order",
      "1:some didn't, or the run failed",
      "2:wrong usage",
    })
final class BenchReplayCommand implements Callable<Integer> {

  private static final Duration CONNECT = Duration.ofSeconds(60);
  private static final long MIB = 1 << 20;

  @Option(
      names = "--clients",
      defaultValue = "100",
      description = "How many ask for the past at once (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--events",
      defaultValue = "10000",
      description = "How many events the past has (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--later",
      paramLabel = "<MiB>",
      defaultValue = "64",
      description = "How much is published after them (default: ${DEFAULT-VALUE}).")
  private int laterMib;

  @Option(
      names = "--query",
      defaultValue = "since=earliest",
      description = "What asks a hub for all that a channel has (default: ${DEFAULT-VALUE}).")
  private String query = "";

  @Option(
      names = "--subscribers",
      defaultValue = "1000",
      description = "How many subscribe to the live traffic (default: ${DEFAULT-VALUE}).")
  private int subscribers;

  @Option(
      names = "--publishers",
      defaultValue = "4",
      description = "How many publish it (default: ${DEFAULT-VALUE}).")
  private int publishers;

  @Option(
      names = "--rate",
      paramLabel = "<events/s>",
      defaultValue = "100",
      description = "How many events a second it has (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--bytes",
      defaultValue = "100",
      description = "Size of each event's data (default: ${DEFAULT-VALUE}).")
  private int bytes;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "How long to measure before the replay (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "<seconds>",
      defaultValue = "3",
      description = "How long to publish before that (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--at-most",
      paramLabel = "<seconds>",
      defaultValue = "60",
      description = "Bound on the replay (default: ${DEFAULT-VALUE}).")
  private int atMost;

  @Mixin private BenchOptions options = new BenchOptions();

  @Override
  public Integer call() {
    return options.print(
        progress -> {
          ReplayReport report = ReplayRun.run(plan(), progress);
          return new BenchResult(report.text(), report.json(), report.allWhole());
        });
  }

  private ReplayPlan plan() {
    return new ReplayPlan(
        options.target(),
        query,
        new ReplayPlan.Past(clients, events, bytes, laterMib * MIB),
        Audience.of(subscribers),
        new Publishing(publishers, new Pace.AtRate(rate), bytes),
        new Phases(
            CONNECT,
            Duration.ofSeconds(warmUp),
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(atMost)));
  }
}
