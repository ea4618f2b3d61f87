package io.sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line of Sluice: what {@code ./sluice} runs. */
@Command(
    name = "sluice",
    description = "A Server-Sent Events hub that never loses an event silently.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    subcommands = {ConfigCommand.class})
public final class Sluice implements Runnable {

  @Spec private CommandSpec spec;

  private Sluice() {}

  /**
   * Runs the command that the arguments name, and ends the process with its exit code: 2 for
   * arguments that don't make a command.
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Sluice()).execute(arguments));
  }

  /** Without a command: says which there are. */
  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
