package io.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Runs the tests of {@code clients-conformance/applications}: each application as a program of its
 * own, used in Chromium. What this machine can't run is skipped, and the reason told.
 *
 * <p>{@code PICTURES=1} in the environment takes the pictures of the READMEs anew.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ApplicationsIT {

  private static final Path CLIENTS = Path.of("..", "clients-conformance").toAbsolutePath();

  @TestFactory
  Stream<DynamicTest> applicationsWorkAsPeopleUseThem() throws IOException {
    try (Stream<Path> files = Files.list(CLIENTS.resolve("applications"))) {
      List<Path> tests =
          files.filter(file -> file.toString().endsWith(".test.js")).sorted().toList();
      assertThat(tests).isNotEmpty();
      return tests.stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> run(file)));
    }
  }

  private static void run(Path test) throws IOException, InterruptedException {
    String node = System.getenv().getOrDefault("NODE", "node");
    assume(isNewEnough(node), "not run: there is no Node 20 or newer here");
    assume(
        Files.isDirectory(CLIENTS.resolve("node_modules")),
        "not run: fetch what drives the browser with 'npm ci' in clients-conformance");
    Path chromium = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));
    assume(Files.exists(chromium), "not run: there is no Chromium at " + chromium);

    ProcessBuilder builder =
        new ProcessBuilder(node, "--test", "--test-reporter=tap", test.toString())
            .directory(CLIENTS.toFile())
            .redirectErrorStream(true);
    builder.environment().put("APPLICATION_CLASSPATH", System.getProperty("java.class.path"));
    builder
        .environment()
        .put(
            "APPLICATION_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean isNewEnough(String node) throws InterruptedException {
    try {
      Process version =
          new ProcessBuilder(
                  node, "-e", "process.exit(process.versions.node.split('.')[0] < 20 ? 1 : 0)")
              .start();
      return version.waitFor() == 0;
    } catch (IOException notThere) {
      return false; // the test says so
    }
  }

  private static void assume(boolean possible, String otherwise) {
    if (!possible) {
      System.out.println(otherwise); // whoever reads the build's output is told, too
    }
    assumeTrue(possible, otherwise);
  }
}
