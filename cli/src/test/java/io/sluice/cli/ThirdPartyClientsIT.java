package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Runs the tests of {@code clients-conformance}, with clients that nobody here wrote, against the
 * hub that was just built. What this machine can't run is skipped, and the reason told.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ThirdPartyClientsIT {

  private static final Path CLIENTS = Path.of("..", "clients-conformance").toAbsolutePath();
  private static final Pattern TESTS = Pattern.compile("(?m)^# tests (\\d+)$");
  private static final Pattern SKIPPED = Pattern.compile("(?m)^ok .*# SKIP (.*)$");

  @TestFactory
  Stream<DynamicTest> clientsMissAndRepeatNothing() throws IOException {
    try (Stream<Path> files = Files.list(CLIENTS.resolve("test"))) {
      List<Path> tests =
          files.filter(file -> file.toString().endsWith(".test.js")).sorted().toList();
      assertThat(tests).isNotEmpty();
      return tests.stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> run(file)));
    }
  }

  private static void run(Path test) throws IOException, InterruptedException {
    Optional<String> node = Node.program();
    Node.assume(node.isPresent(), Node.MISSING);
    Node.assume(
        Files.isDirectory(CLIENTS.resolve("node_modules")),
        "not run: the clients aren't there; fetch them with 'npm ci' in clients-conformance");

    Node.Result result =
        Node.run(CLIENTS, node.get(), "--test", "--test-reporter=tap", test.toString());

    assertThat(result.exitCode()).as(result.output()).isZero();
    tellWhatWasSkipped(test, result.output());
  }

  private static void tellWhatWasSkipped(Path test, String said) {
    Matcher tests = TESTS.matcher(said);
    assertThat(tests.find()).as(said).isTrue();
    List<String> reasons = SKIPPED.matcher(said).results().map(skip -> skip.group(1)).toList();
    Node.assume(
        reasons.size() < Integer.parseInt(tests.group(1)),
        "not run: " + test.getFileName() + ": " + reasons);
  }
}
