package io.sluice.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sluice example}, where it can't be: the launcher of a checkout runs the examples itself,
 * which are no part of the program. This is for the list of commands, and for whoever has the
 * program alone.
 */
@Command(
    name = "example",
    description = "In a checkout: runs an example application, such as chat.",
    mixinStandardHelpOptions = true)
final class ExampleCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "chat, ticker, …")
  private List<String> arguments = List.of();

  ExampleCommand() {}

  /** Says where they are. */
  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "sluice: the example applications aren't in this program; in a checkout of its sources: "
            + VisibleText.of(
                String.join(" ", "./sluice example", String.join(" ", arguments)).strip()));
    err.flush();
    return ExitCode.SOFTWARE;
  }
}
