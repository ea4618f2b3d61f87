package io.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Holds the scripts that are made in {@code web} to their sources. Where the machine can't make
 * them, that is told as skipped.
 */
@Timeout(120)
class BundlesIT {

  private static final Path WEB = Path.of("web").toAbsolutePath();

  @Test
  void whatIsServedIsWhatTheSourcesGive() throws IOException, InterruptedException {
    String missing = "not run: fetch what pages are made with by 'npm ci' in examples/web";
    if (!Files.isDirectory(WEB.resolve("node_modules"))) {
      System.out.println(missing); // whoever reads the build's output is told, too
    }
    assumeTrue(Files.isDirectory(WEB.resolve("node_modules")), missing);

    Process check =
        new ProcessBuilder(System.getenv().getOrDefault("NODE", "node"), "build.js", "--check")
            .directory(WEB.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), UTF_8);

    assertThat(check.waitFor()).as(said).isZero();
  }
}
