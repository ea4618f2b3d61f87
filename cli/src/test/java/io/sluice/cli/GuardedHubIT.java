package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.Settings;
import io.sluice.server.SettingsLoader;
import io.sluice.server.SluiceServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands and a server that asks who they are. */
@Timeout(60)
class GuardedHubIT {

  private static final String SECRET = "a secret of more than thirty-two bytes";

  @TempDir private Path folder;
  private SluiceServer server;
  private String url;
  private String key;

  @BeforeEach
  void start() throws IOException {
    JsonNode made =
        JsonMapper.shared()
            .readTree(
                CommandRun.of(new KeyCommand(), "shop", "--publish", "orders/*", "--json").out());
    key = made.path("key").asString();
    server =
        SluiceServer.start(
            Settings.of(
                Map.of(
                    "listen",
                    "127.0.0.1:0",
                    "identity.tokens.secret",
                    SECRET,
                    "identity.tokens.clock-skew",
                    "0s",
                    "identity.keys",
                    "[" + made.path("settings") + "]")));
    url = "http://127.0.0.1:" + server.address().getPort();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void keyOfTheCommandLinePublishesWhatItMayAndNothingElse() throws IOException {
    String file = Files.writeString(folder.resolve("shop.key"), key + "\n").toString();
    assertThat(publish("a\nb\n", "orders/new", "--token-file", file).exitCode()).isZero();
    CommandRun read =
        subscribe("orders/new", "--last", "2", "--count", "2", "--token", token("orders/*", "1h"));
    assertThat(read.out().lines().map(line -> line.replaceAll(".*  ", "")))
        .containsExactly("a", "b");

    CommandRun denied = publish("a\nb\n", "news", "--token-file", file);
    assertThat(denied.exitCode()).isEqualTo(1);
    assertThat(denied.err()).contains("the server refuses these events", "news", "(HTTP 403)");
  }

  @Test
  void whoShowsNothingIsRefusedWithTheHubsReason() {
    CommandRun run = subscribe("news");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).containsPattern("refused: .+ \\(HTTP 40[13]\\)");
  }

  @Test
  void streamEndsWithItsToken() {
    CommandRun run = subscribe("news", "--token", token("news", "3s"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("connected, listening to", "the server ends the stream: the token has expired")
        .doesNotContain("connecting again");
  }

  @Test
  void benchShowsATokenToo() {
    CommandRun run =
        CommandRun.of(
            new BenchCommand(),
            CommandRun.at(
                url,
                "reconnect",
                "--subscribers",
                "3",
                "--missed",
                "2",
                "--at-most",
                "10",
                "--token",
                token("bench", "1h")));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("3 of 3");
  }

  private static String token(String channel, String ttl) {
    SettingsLoader loader =
        new SettingsLoader(
            Map.of("SLUICE_IDENTITY_TOKENS_SECRET", SECRET), Files::readString, Long.MAX_VALUE);
    CommandRun made =
        CommandRun.of(
            new TokenCommand(loader, InstantSource.system()),
            "alice",
            "--subscribe",
            channel,
            "--publish",
            channel,
            "--ttl",
            ttl);
    return made.out().strip();
  }

  private CommandRun publish(String input, String... arguments) {
    return CommandRun.of(
        new PublishCommand(
            new ByteArrayInputStream(input.getBytes(UTF_8)), new Random(1), pause -> {}),
        CommandRun.at(url, arguments));
  }

  private CommandRun subscribe(String... arguments) {
    return CommandRun.of(
        new SubscribeCommand(new Random(1), pause -> {}, InstantSource.system()),
        CommandRun.at(url, arguments));
  }
}
