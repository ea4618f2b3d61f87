package io.sluice.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A small file system in memory, over a directory. Only root has that; others skip the test. */
final class Mount implements AutoCloseable {

  private final Path directory;

  private Mount(Path directory) {
    this.directory = directory;
  }

  /**
   * @param options of {@code mount}: {@code ro}, {@code size=12m}
   */
  static Mount on(Path directory, String options) throws IOException, InterruptedException {
    assumeTrue(
        run(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString())) == 0,
        "may not mount");
    return new Mount(directory);
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    int code = run(List.of("umount", directory.toString()));
    if (code != 0) {
      throw new IOException("umount " + directory + " ended with " + code);
    }
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
