package io.sluice.cli;

import io.sluice.server.InvalidSettingsException;
import java.io.PrintWriter;
import picocli.CommandLine.ExitCode;

/** Tells people what is wrong with their settings. */
final class WrongSettings {

  private WrongSettings() {}

  /**
   * Prints a line for every problem.
   *
   * @return the exit code: that of a command line that can't be used
   */
  static int tell(InvalidSettingsException wrong, PrintWriter err) {
    int count = wrong.problems().size();
    err.println(count == 1 ? "A setting is wrong:" : count + " settings are wrong:");
    wrong.problems().forEach(problem -> err.println("  " + problem));
    err.flush();
    return ExitCode.USAGE;
  }
}
