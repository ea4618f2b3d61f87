package io.sluice.cli;

import io.sluice.bench.Target;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every measurement: how its figures are printed, and which server is measured. */
final class BenchOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print the figures as one JSON object.")
  private boolean json;

  @Mixin private BenchTarget target = new BenchTarget();

  @Mixin private ClientOptions client = new ClientOptions();

  Target target() {
    return target.at(client.url(), client.token(), false);
  }

  /** The same, for publishing arrays of events. */
  Target targetOfBatches() {
    return target.at(client.url(), client.token(), true);
  }

  /** As {@link BenchResult#print}. */
  int print(Function<Appendable, BenchResult> benchmark) {
    return BenchResult.print(spec.commandLine(), json, benchmark);
  }
}
