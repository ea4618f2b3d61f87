package io.sluice.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A program that the machine may have or not.
 *
 * <p>Immutable.
 *
 * @param path where it is
 */
record Program(Path path) {

  /** What a run of it came to. */
  record Result(int exitCode, String output) {}

  /**
   * Finds a program, or skips the test and says so to whoever reads the build's output.
   *
   * @param name its name; a variable of the same name in capitals may say where it is
   */
  static Program find(String name) {
    String variable = System.getenv(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    Stream<Path> places =
        variable != null
            ? Stream.of(Path.of(variable))
            : Stream.concat(
                    Arrays.stream(System.getenv("PATH").split(File.pathSeparator)),
                    Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, name));
    Path found = places.filter(Files::isExecutable).findFirst().orElse(null);
    assume(found != null, "not run: there is no " + name + " here");
    return new Program(found);
  }

  /** Skips the test where it can't run, and says why to whoever reads the build's output. */
  static void assume(boolean possible, String otherwise) {
    if (!possible) {
      System.out.println(otherwise);
    }
    assumeTrue(possible, otherwise);
  }

  /** The command line that starts it. */
  List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs it to its end. */
  Result run(String... arguments) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command(arguments)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), said);
  }
}
