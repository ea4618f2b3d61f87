package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
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
    subcommands = {
      ServeCommand.class,
      PublishCommand.class,
      SubscribeCommand.class,
      BenchCommand.class,
      TokenCommand.class,
      KeyCommand.class,
      HistoryCommand.class,
      DoctorCommand.class,
      ConfigCommand.class,
      ExampleCommand.class
    })
public final class Sluice implements Runnable {

  @Spec private CommandSpec spec;

  Sluice() {}

  /**
   * Runs the command that the arguments name, and ends the process with its exit code: 2 for
   * arguments that don't make a command.
   */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Sluice())
            .setOut(utf8(FileDescriptor.out))
            .setErr(utf8(FileDescriptor.err))
            .setParameterExceptionHandler(new UsageErrors())
            .execute(arguments));
  }

  /**
   * Events are UTF-8, whatever the locale: in a container it is often one that knows ASCII only.
   */
  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), false, UTF_8);
  }

  /** Without a command: says which there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
