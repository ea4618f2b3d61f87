package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real signals to a real process. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StopSignalsIT {

  private final Process process;

  StopSignalsIT() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Stopping.class.getName())
            .redirectErrorStream(true)
            .start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void firstTerminateStopsAndTheSecondEndsTheProcess() throws Exception {
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("ready");
      process.toHandle().destroy(); // SIGTERM, and leaves the streams open
      assertThat(said.readLine()).isEqualTo("stopping");
      process.toHandle().destroy();
      assertThat(process.waitFor()).isEqualTo(128 + 15);
    }
  }

  /** The process: it begins to stop and never gets done. */
  static final class Stopping {

    private Stopping() {}

    public static void main(String[] arguments) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      new StopSignals(() -> System.out.println("stopping"), Runtime.getRuntime()::halt).handle();
      System.out.println("ready");
      never.await();
    }
  }
}
