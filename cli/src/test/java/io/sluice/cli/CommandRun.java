package io.sluice.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * What a command did.
 *
 * @param exitCode what its process would have ended with
 * @param out its standard output
 * @param err its standard error
 */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(Object command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setParameterExceptionHandler(new UsageErrors())
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .execute(arguments);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /**
   * Runs a command beside the test. Not in the common pool: on a small machine that has a single
   * thread, which the HTTP client needs.
   */
  static CompletableFuture<CommandRun> inBackground(Supplier<CommandRun> command) {
    return CompletableFuture.supplyAsync(command, task -> new Thread(task, "command").start());
  }

  /** The arguments, and the address of a hub. */
  static String[] at(String url, String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--url";
    all[arguments.length + 1] = url;
    return all;
  }
}
