package io.sluice.examples;

import io.sluice.examples.chat.Chat;
import io.sluice.examples.dashboard.Dashboard;
import io.sluice.examples.notifications.Notifications;
import io.sluice.examples.ticker.Ticker;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The example applications by name: what {@code ./sluice example} runs. */
@Command(
    name = "sluice example",
    description = "Runs an example application, with a hub of its own, on 127.0.0.1.",
    synopsisSubcommandLabel = "NAME",
    commandListHeading = "%nApplications:%n",
    footer = {"", "Each has --help; docs/applications.md compares them."},
    subcommands = {Chat.class, Ticker.class, Notifications.class, Dashboard.class})
public final class Examples implements Runnable {

  @Spec private CommandSpec spec;

  Examples() {}

  /**
   * Runs the application that the arguments name, and ends the process with its exit code: 2 for
   * arguments that don't make one.
   */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine all =
        new CommandLine(new Examples())
            .setParameterExceptionHandler((error, given) -> refused(error));
    all.getCommandSpec().addOption(help());
    all.getSubcommands().values().forEach(one -> one.getCommandSpec().addOption(help()));
    return all;
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help").usageHelp(true).description("Shows this").build();
  }

  /** What there is, by name. */
  static Map<String, CommandLine> applications() {
    return new TreeMap<>(commandLine().getSubcommands());
  }

  private static int refused(ParameterException error) {
    CommandLine command = error.getCommandLine();
    var err = command.getErr();
    err.println("sluice: " + reason(error));
    UnmatchedArgumentException.printSuggestions(error, err);
    err.println("See " + command.getCommandSpec().qualifiedName() + " --help.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static String reason(ParameterException error) {
    boolean name =
        error.getCommandLine().getParent() == null
            && error instanceof UnmatchedArgumentException unmatched
            && !unmatched.isUnknownOption();
    return name
        ? "there is no application '"
            + ((UnmatchedArgumentException) error).getUnmatched().getFirst()
            + "'"
        : String.valueOf(error.getMessage());
  }

  /** Without a name: says which there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
