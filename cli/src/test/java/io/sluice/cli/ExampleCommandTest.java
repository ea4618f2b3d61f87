package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExampleCommandTest {

  @Test
  void theProgramAloneSaysWhereTheExamplesAre() {
    CommandRun run = CommandRun.of(new ExampleCommand(), "chat");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("./sluice example chat");
  }

  @Test
  void itIsAmongTheCommands() {
    assertThat(CommandRun.of(new Sluice(), "--help").out()).contains("example ");
  }
}
