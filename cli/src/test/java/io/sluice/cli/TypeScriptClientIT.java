package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs the tests of {@code clients/typescript}: among them the one that what the hub serves at
 * {@code /client.js} is what the sources give. Where the machine can't, that is told as skipped.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TypeScriptClientIT {

  private static final Path CLIENT = Path.of("..", "clients", "typescript").toAbsolutePath();

  @Test
  void theClientKeepsItsPromises() throws IOException, InterruptedException {
    Optional<String> node = Node.program();
    Node.assume(node.isPresent(), Node.MISSING);
    Node.assume(
        Files.isDirectory(CLIENT.resolve("node_modules")),
        "not run: what the client is built with isn't there; fetch it with 'npm ci' in"
            + " clients/typescript");

    Node.Result result = Node.run(CLIENT, node.get(), "scripts/test.js", "--test-reporter=tap");

    assertThat(result.exitCode()).as(result.output()).isZero();
  }
}
