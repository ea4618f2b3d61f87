package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine's Node.js, for tests that are written in JavaScript. */
final class Node {

  private static final int LEAST = 20;

  /** What is told where there is none. */
  static final String MISSING = "not run: there is no Node " + LEAST + " or newer here";

  private Node() {}

  /** Skips the test where it can't run, and says why: whoever reads the build's output is told. */
  static void assume(boolean possible, String otherwise) {
    if (!possible) {
      System.out.println(otherwise);
    }
    assumeTrue(possible, otherwise);
  }

  /** What a program said, on both of its outputs, and how it ended. */
  record Result(int exitCode, String output) {}

  /** The program, if there is one that is new enough. {@code NODE} may name it. */
  static Optional<String> program() throws IOException, InterruptedException {
    String program = System.getenv().getOrDefault("NODE", "node");
    try {
      Process version = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
      String said = new String(version.getInputStream().readAllBytes(), UTF_8).strip();
      Matcher number = Pattern.compile("v(\\d+)\\..*").matcher(said);
      boolean works =
          version.waitFor() == 0 && number.matches() && Integer.parseInt(number.group(1)) >= LEAST;
      return works ? Optional.of(program) : Optional.empty();
    } catch (IOException notThere) {
      return Optional.empty(); // the test says so
    }
  }

  /** Runs it to its end, with the hub that was just built as the one that scripts start. */
  static Result run(Path directory, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command))
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().put("HUB_CLASSPATH", System.getProperty("java.class.path"));
    builder
        .environment()
        .put("HUB_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Result(process.waitFor(), said);
    } finally {
      process.destroyForcibly();
    }
  }
}
