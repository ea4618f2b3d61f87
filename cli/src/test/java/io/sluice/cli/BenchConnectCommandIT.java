package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice bench connect} against a server that asks for tokens. */
@Timeout(60)
class BenchConnectCommandIT {

  private static final String SECRET = "a secret of more than thirty-two bytes";

  @TempDir private Path folder;
  private Path tokens;
  private SluiceServer server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    ConsoleLog.setLevel(Level.WARN); // two lines for each of thousands of streams, otherwise
    tokens = folder.resolve("tokens.txt");
    server =
        SluiceServer.start(
            Settings.of(
                Map.of(
                    "listen",
                    "127.0.0.1:0",
                    "identity.tokens.secret",
                    SECRET,
                    "limits.attempts",
                    "none",
                    "limits.connections-per-subject",
                    "1000000")));
    url = "http://127.0.0.1:" + server.address().getPort();
  }

  @AfterEach
  void stop() {
    server.close();
    ConsoleLog.setLevel(Level.INFO);
  }

  @Test
  void streamsAreOpenedWithOneTokenAfterTheOther() throws IOException {
    Files.writeString(tokens, token("alice") + "\n\n" + token("bob") + "\n");
    CommandRun run = connect("--tokens", tokens.toString(), "--json");
    JsonNode figures = JsonMapper.shared().readTree(run.out());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(figures.path("opened").asLong()).isPositive();
    assertThat(figures.path("refused").asLong()).isZero();
  }

  @Test
  void oneTokenAmongOthersThatTheHubDoesNotBelieveFailsTheRun() throws IOException {
    Files.writeString(tokens, token("alice") + "\n" + token("mallory") + "x\n");
    CommandRun run = connect("--tokens", tokens.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("refused: status 401");
  }

  @Test
  void tokensAndOneTokenAreWrongUsage() throws IOException {
    Files.writeString(tokens, token("alice") + "\n");
    CommandRun run = connect("--tokens", tokens.toString(), "--token", token("bob"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("not both");
  }

  @Test
  void lineThatIsNoTokenIsNamedAndNotShown() throws IOException {
    Files.writeString(tokens, token("alice") + "\nnot a token\n");
    CommandRun run = connect("--tokens", tokens.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("tokens.txt:2").doesNotContain("not a token");
  }

  @Test
  void fileWithoutATokenIsWrongUsage() throws IOException {
    Files.writeString(tokens, "\n");
    CommandRun run = connect("--tokens", tokens.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("is empty");
  }

  private CommandRun connect(String... arguments) {
    List<String> all = new ArrayList<>(List.of("connect", "--at-once", "4"));
    all.addAll(List.of("--warm-up", "0", "--seconds", "1"));
    all.addAll(List.of(arguments));
    return CommandRun.of(new BenchCommand(), CommandRun.at(url, all.toArray(String[]::new)));
  }

  private String token(String subject) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.txt"), SECRET);
    CommandRun run =
        CommandRun.of(
            new TokenCommand(), subject, "--subscribe", "**", "--secret-file", secret.toString());
    return run.out().strip();
  }
}
