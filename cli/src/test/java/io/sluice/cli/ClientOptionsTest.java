package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

class ClientOptionsTest {

  private static final Map<String, String> VARIABLE = Map.of("SLUICE_TOKEN", "of.the.variable");

  @TempDir private Path folder;

  @Test
  void withoutATokenNothingIsShown() {
    assertThat(sent(Map.of())).isEmpty();
    assertThat(sent(Map.of("SLUICE_TOKEN", ""))).isEmpty();
  }

  @Test
  void optionAndFileBeatTheVariable() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "of.the.file\r\n");
    assertThat(sent(VARIABLE)).isEqualTo("Bearer of.the.variable");
    assertThat(sent(VARIABLE, "--token", "slk_abcdefgh_a-B_9"))
        .isEqualTo("Bearer slk_abcdefgh_a-B_9");
    assertThat(sent(VARIABLE, "--token-file", file.toString())).isEqualTo("Bearer of.the.file");
  }

  @Test
  void twoTokensAreOneTooMany() {
    CommandRun run = run(Map.of(), "--token", "secret-1", "--token-file", "secret-2");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--token-file").doesNotContain("secret-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "hush hush", "hush\nX: y", "hush\"", "héush", "hush=x"})
  void whatIsNoTokenIsRefusedWithoutShowingIt(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), text);
    for (CommandRun run :
        new CommandRun[] {
          run(Map.of(), "--token", text), run(Map.of(), "--token-file", file.toString())
        }) {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("sluice: ").doesNotContain("hush").doesNotContain("héush");
    }
  }

  @Test
  void variableThatHasNoTokenIsNamedWithoutShowingIt() {
    CommandRun run = run(Map.of("SLUICE_TOKEN", "hush hush"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("SLUICE_TOKEN").doesNotContain("hush");
  }

  @Test
  void tokenGivenTwiceIsNotShown() {
    CommandRun run = run(Map.of(), "--token", "hush-1", "--token", "hush-2");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--token").doesNotContain("hush");
  }

  @Test
  void fileThatIsNotThereIsNamed() {
    CommandRun run = run(Map.of(), "--token-file", "nowhere");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("there is no file nowhere");
  }

  @Test
  void helpDoesNotShowTheVariable() {
    CommandRun run = run(VARIABLE, "--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("SLUICE_TOKEN").doesNotContain("of.the.variable");
  }

  @Test
  void objectsThatHoldATokenDoNotSayIt() {
    BearerToken token = BearerToken.parse("hush", "--token");
    RemoteHub hub = new RemoteHub(HubUrl.parse(HubUrl.DEFAULT), token, null);
    assertThat(token.toString() + hub).doesNotContain("hush");
  }

  private static String sent(Map<String, String> environment, String... arguments) {
    CommandRun run = run(environment, arguments);
    assertThat(run.exitCode()).isZero();
    return run.out();
  }

  private static CommandRun run(Map<String, String> environment, String... arguments) {
    return CommandRun.of(new Asking(new ClientOptions(environment)), arguments);
  }

  /** Prints what would be sent. */
  @Command(name = "asking")
  private static final class Asking implements Callable<Integer> {

    @Mixin private final ClientOptions client;

    @Spec private CommandSpec spec = CommandSpec.create();

    Asking(ClientOptions client) {
      this.client = client;
    }

    @Override
    public Integer call() {
      BearerToken token = client.token();
      spec.commandLine().getOut().print(token == null ? "" : token.header());
      return 0;
    }
  }
}
