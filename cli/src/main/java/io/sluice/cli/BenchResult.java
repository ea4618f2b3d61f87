package io.sluice.cli;

import io.sluice.bench.LoadException;
import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * What a benchmark has to say.
 *
 * @param text for people
 * @param json for programs, on one line
 * @param whole whether every subscriber got what it should have
 */
record BenchResult(String text, String json, boolean whole) {

  private static final int WHOLE = 0;
  private static final int FAILED = 1;

  /**
   * Makes a benchmark and prints its result.
   *
   * @param command whose output and errors are used
   * @param json whether the result is printed for programs
   * @param benchmark makes the plan and the run, and tells progress to what it is given
   * @return the exit code
   * @throws ParameterException if the options don't make a plan
   */
  static int print(CommandLine command, boolean json, Function<Appendable, BenchResult> benchmark) {
    BenchResult result;
    try {
      result = benchmark.apply(new Progress(command.getErr()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, e.getMessage(), e);
    } catch (LoadException e) {
      new Notices(command.getErr()).tell(String.valueOf(e.getMessage()));
      return FAILED;
    }
    PrintWriter out = command.getOut();
    out.println(json ? result.json : result.text.stripTrailing());
    out.flush();
    return result.whole ? WHOLE : FAILED;
  }
}
