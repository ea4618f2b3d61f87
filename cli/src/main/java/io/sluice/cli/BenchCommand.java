package io.sluice.cli;

import io.sluice.bench.Audience;
import io.sluice.bench.LoadPlan;
import io.sluice.bench.LoadReport;
import io.sluice.bench.LoadRun;
import io.sluice.bench.Pace;
import io.sluice.bench.Phases;
import io.sluice.bench.Publishing;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench}: measures a hub, this one or another. */
@Command(
    name = "bench",
    description = {
      "Measures a hub: subscribers listen, publishers publish, and what arrives is checked.",
      "",
      "At a rate, latency counts from when an event was due: a server that makes its publishers"
          + " wait has that wait in its figures.",
    },
    sortOptions = false,
    usageHelpWidth = 100,
    abbreviateSynopsis = true,
    optionListHeading = "%n",
    commandListHeading = "%nOther measurements:%n",
    subcommands = {
      BenchConnectCommand.class,
      BenchReconnectCommand.class,
      BenchReplayCommand.class,
      BenchIdleCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every subscriber got every event once and in order",
      "1:some didn't, or the run failed",
      "2:wrong usage",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice bench --subscribers 1000 --publishers 4 --rate 1000",
      "  sluice bench --subscribers 1 --publishers 60 --flat-out",
      "  sluice bench --subscribers 1 --publishers 4 --batch 100 --flat-out",
      "  sluice bench --subscribers 1000 --channels 100 --channel 'room-{n}' --rate 2000",
      "  sluice bench --subscribe-url 'http://127.0.0.1:8081/sub/{channel}'"
          + " --publish-url 'http://127.0.0.1:8081/pub/{channel}'",
    })
final class BenchCommand implements Callable<Integer> {

  private static final Duration CONNECT = Duration.ofSeconds(60);
  private static final Duration DRAIN = Duration.ofSeconds(10);

  @Option(
      names = "--subscribers",
      defaultValue = "100",
      description = "How many subscribe (default: ${DEFAULT-VALUE}).")
  private int subscribers;

  @Option(
      names = "--channels",
      defaultValue = "1",
      description = "Over how many channels they are spread (default: ${DEFAULT-VALUE}).")
  private int channels;

  @Option(
      names = "--publishers",
      defaultValue = "1",
      description =
          "How many publish, each over a connection of its own, one request at a time (default:"
              + " ${DEFAULT-VALUE}).")
  private int publishers;

  @Option(
      names = "--batch",
      paramLabel = "<events>",
      defaultValue = "1",
      description =
          "How many events each request has; more than one are an array of as many bodies, to"
              + " /publish (default: ${DEFAULT-VALUE}).")
  private int batch;

  @ArgGroup private Speed speed = new Speed();

  @Option(
      names = "--bytes",
      defaultValue = "100",
      description = "Size of each event's data (default: ${DEFAULT-VALUE}).")
  private int bytes;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "How long to measure (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "<seconds>",
      defaultValue = "3",
      description = "How long to publish before (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "How many threads read as subscribers (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Mixin private BenchOptions options = new BenchOptions();

  /** When events are published. */
  static final class Speed {

    private static final double DEFAULT_RATE = 100;

    @Option(
        names = "--rate",
        paramLabel = "<events/s>",
        description = "Publish so many events a second in all (default: 100).")
    private double rate = DEFAULT_RATE;

    @Option(names = "--flat-out", description = "Publish as fast as the server answers.")
    private boolean flatOut;

    private Pace pace() {
      return flatOut ? new Pace.FlatOut() : new Pace.AtRate(rate);
    }
  }

  @Override
  public Integer call() {
    return options.print(
        progress -> {
          LoadReport report = LoadRun.run(plan(), progress);
          return new BenchResult(report.text(), report.json(), report.whole());
        });
  }

  private LoadPlan plan() {
    return new LoadPlan(
        batch > 1 ? options.targetOfBatches() : options.target(),
        new Audience(subscribers, channels, Audience.of(1).connecting(), threads),
        new Publishing(publishers, speed.pace(), bytes, batch),
        new Phases(CONNECT, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds), DRAIN));
  }
}
