package io.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ExamplesTest {

  private final StringWriter said = new StringWriter();

  private int run(String... arguments) {
    CommandLine command = Examples.commandLine();
    command.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
    return command.execute(arguments);
  }

  @Test
  void withoutANameSaysWhichThereAre() {
    assertThat(run()).isZero();
    assertThat(said.toString()).contains("chat ");
  }

  @ParameterizedTest
  @CsvSource({
    "chta, 2, there is no application 'chta'",
    "chta, 2, Did you mean: sluice example chat?",
    "chat --prot 1, 2, --prot",
    "chat --port 70000, 2, --port 70000 isn't a port: 0 to 65535",
    "chat --hub-port -1, 2, --hub-port -1 isn't a port",
    "chat --port x, 2, 'x'",
    "chat --help, 0, --data",
    "ticker --interval 5ms, 2, 5ms' is no interval from 10ms to 60s",
    "ticker --interval 2, 2, is no interval",
    "ticker --seed x, 2, --seed",
  })
  void argumentsThatMakeNoApplicationAreRefusedWithWhatIsWrong(
      String arguments, int exitCode, String says) {
    assertThat(run(arguments.split(" ", -1))).isEqualTo(exitCode);
    assertThat(said.toString()).contains(says);
  }
}
