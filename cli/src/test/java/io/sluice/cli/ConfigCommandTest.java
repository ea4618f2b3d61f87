package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.Setting;
import io.sluice.server.SettingTable;
import io.sluice.server.SettingsLoader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ConfigCommandTest {

  private static final Map<String, String> ENVIRONMENT = Map.of("SLUICE_LOOPS", "3");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everySourceIsNamed() {
    assertThat(run("--config", "a.yaml", "--history.memory=1MiB", "--limits.event", "1kB"))
        .isZero();

    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "drain: 1s # a.yaml:1",
            "loops: 3 # SLUICE_LOOPS",
            " memory: 1MiB # --history.memory",
            " event: 1kB # --limits.event",
            " time: false # default");
  }

  @Test
  void shortOptionsSetTheSameSettings() {
    assertThat(run("--port", "0", "--no-demo", "--insecure", "--stream.time")).isZero();

    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "listen: 127.0.0.1:0 # default, port from --port",
            " enabled: off # --no-demo",
            "insecure: true # --insecure",
            " time: true # --stream.time");

    out.getBuffer().setLength(0);
    assertThat(run("--tls-dev")).isZero();
    assertThat(out.toString().replaceAll(" +", " ")).contains(" dev: true # --tls-dev");

    out.getBuffer().setLength(0);
    assertThat(run("--demo")).isZero();
    assertThat(out.toString().replaceAll(" +", " ")).contains(" enabled: on # --demo");
  }

  @Test
  void jsonIsForPrograms() {
    assertThat(run("--json")).isZero();

    assertThat(out.toString()).startsWith("{").contains("\"source\" : \"SLUICE_LOOPS\"");
  }

  @Test
  void allThatIsWrongIsToldWithExitCode2() {
    assertThat(run("--config", "b.yaml", "--drain", "5")).isEqualTo(2);

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .containsExactly(
            "2 settings are wrong:",
            "  config: b.yaml can't be read: no such file (--config)",
            "  drain: 5 has no unit (--drain); allowed: a duration from 0s to 10m"
                + " (units are ms, s, m, h or d)");
  }

  @Test
  void unknownOptionNamesTheNearest() {
    assertThat(run("--history.memroy=1MiB")).isEqualTo(2);

    assertThat(err.toString())
        .contains("Unknown option: '--history.memroy=1MiB'")
        .contains("--history.memory");
  }

  @Test
  void anOptionIsGivenOnce() {
    assertThat(run("--drain", "1s", "--drain", "2s")).isEqualTo(2);

    assertThat(err.toString()).contains("'--drain'").contains("only once");
  }

  @Test
  void helpHasEverySettingWithItsDefault() {
    assertThat(run("--help")).isZero();

    String help = out.toString().replaceAll("\\s+", " ");
    for (Setting<?> setting : SettingTable.all()) {
      assertThat(help).contains(setting.flag()).contains(setting.meaning());
      if (!setting.defaultText().isEmpty()) {
        assertThat(help).contains("Default: " + setting.defaultText());
      }
    }
  }

  private int run(String... arguments) {
    SettingsLoader loader =
        new SettingsLoader(
            ENVIRONMENT,
            file -> {
              if (!file.toString().equals("a.yaml")) {
                throw new NoSuchFileException(file.toString());
              }
              return "drain: 1s";
            },
            1L << 30);
    return new CommandLine(new ConfigCommand(loader))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
