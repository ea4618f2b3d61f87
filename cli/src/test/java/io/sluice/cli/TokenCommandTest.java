package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.Grants;
import io.sluice.access.Identification;
import io.sluice.access.Identity;
import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import io.sluice.access.TokenVerifier;
import io.sluice.event.ChannelPattern;
import io.sluice.server.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final String SECRET = "a secret of more than thirty-two bytes";

  @TempDir private Path folder;
  private Path secretFile;

  @BeforeEach
  void writeSecret() throws IOException {
    secretFile = Files.writeString(folder.resolve("secret.txt"), SECRET + "\n");
  }

  @Test
  void hubWithTheSameSecretBelievesAllOfTheToken() {
    CommandRun run =
        token(
            "alice --role a --role b --scope read --scope write --subscribe news/* --publish chat"
                + " --publish logs/** --claim tenant=7 --claim levels:=[1,{\"x\":true}] --ttl 2h");
    Identity identity = verified(run, TokenOptions.of(KeyOptions.NONE.withSecret(SECRET)));
    assertThat(identity.subject()).isEqualTo("alice");
    assertThat(identity.roles()).containsExactlyInAnyOrder("a", "b");
    assertThat(identity.scopes()).containsExactlyInAnyOrder("read", "write");
    assertThat(identity.grants())
        .isEqualTo(new Grants(patterns("news/*"), patterns("chat", "logs/**")));
    assertThat(identity.claims())
        .containsEntry("tenant", "7")
        .containsEntry("levels", List.of(1L, Map.of("x", true)));
    assertThat(identity.expires())
        .isEqualTo(NOW.plusSeconds(7200).plus(TokenOptions.DEFAULT_CLOCK_SKEW));
  }

  @Test
  void onlyTheTokenIsPrintedAndWhatItSaysIsTold() {
    CommandRun run = token("alice --role service");
    assertThat(run.out()).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\R");
    assertThat(run.err())
        .contains("\"sub\":\"alice\"", "\"roles\":[\"service\"]", "good until 2026-01-31T13:00:00Z")
        .doesNotContain(run.out().strip(), SECRET);
  }

  @Test
  void secretIssuerAndAudienceComeFromTheHubsVariables() {
    Map<String, String> variables =
        Map.of(
            "SLUICE_IDENTITY_TOKENS_SECRET",
            SECRET,
            "SLUICE_IDENTITY_TOKENS_ISSUER",
            "https://login.example",
            "SLUICE_IDENTITY_TOKENS_AUDIENCE",
            "events");
    CommandRun run = CommandRun.of(command(variables), "alice");
    TokenOptions strict =
        TokenOptions.of(KeyOptions.NONE.withSecret(SECRET))
            .withIssuer("https://login.example")
            .withAudiences(Set.of("events"));
    assertThat(verified(run, strict).subject()).isEqualTo("alice");
  }

  @Test
  void secretFileOnTheCommandLineBeatsTheVariables() {
    Map<String, String> variables =
        Map.of("SLUICE_IDENTITY_TOKENS_SECRET", "another secret of thirty-two bytes or more");
    CommandRun run =
        CommandRun.of(command(variables), "alice", "--secret-file", secretFile.toString());
    assertThat(verified(run, TokenOptions.of(KeyOptions.NONE.withSecret(SECRET))).subject())
        .isEqualTo("alice");
  }

  @Test
  void configurationFileOfTheHubSaysAllThatItExpects() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            "identity.tokens:\n  secret-file: "
                + secretFile
                + "\n  audience: [events, other]\n  roles-claim: groups\n");
    TokenOptions strict =
        TokenOptions.of(KeyOptions.NONE.withSecret(SECRET))
            .withAudiences(Set.of("other"))
            .withRolesClaim("groups");
    for (CommandRun run :
        List.of(
            CommandRun.of(command(Map.of()), "alice", "--role", "a", "--config", config.toString()),
            CommandRun.of(
                command(Map.of("SLUICE_CONFIG", config.toString())), "alice", "--role", "a"))) {
      assertThat(verified(run, strict).roles()).containsExactly("a");
    }
  }

  @Test
  void wrongSettingsAreToldAsTheHubTellsThem() {
    CommandRun run = CommandRun.of(command(Map.of("SLUICE_DRAIN", "never")), "alice");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("A setting is wrong:", "SLUICE_DRAIN");
  }

  @Test
  void hubThatBelievesAnothersKeysOnlyIsNoSourceOfTokens() {
    CommandRun run =
        CommandRun.of(
            command(Map.of("SLUICE_IDENTITY_TOKENS_JWKS", "https://login.example/keys")), "alice");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("only with a shared secret");
  }

  @Test
  void withoutASecretItSaysHowToMakeOne() {
    CommandRun run = CommandRun.of(command(Map.of()), "alice");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no secret", "openssl rand -base64 48", "--secret-file");
  }

  @Test
  void shortSecretIsRefusedWithoutShowingIt() {
    CommandRun run =
        CommandRun.of(command(Map.of("SLUICE_IDENTITY_TOKENS_SECRET", "hunter2")), "alice");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("has 7 bytes", "32").doesNotContain("hunter2");
  }

  @Test
  void secretFileThatIsNotThereIsNamed() {
    CommandRun run = CommandRun.of(command(Map.of()), "alice", "--secret-file", "nowhere.txt");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("can't read nowhere.txt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alice bob",
        "alice --ttl 1",
        "alice --ttl 400d",
        "alice --subscribe a//b",
        "alice --publish ../x",
        "alice --claim novalue",
        "alice --claim =x",
        "alice --claim a:=nonsense",
        "alice --claim a:=null",
        "alice --claim a=1 --claim a=2",
        "alice --claim sub=bob",
        "alice --claim roles=operator",
        "alice --nonsense"
      })
  void wrongUsageIsExitCodeTwo(String arguments) {
    CommandRun run = token(arguments);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("sluice: ");
  }

  @Test
  void nameWithASpaceIsRefusedBecauseItWouldBeTwo() {
    for (String option : List.of("--role", "--scope")) {
      CommandRun run =
          CommandRun.of(
              command(Map.of()), "alice", option, "a b", "--secret-file", secretFile.toString());
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains(option);
    }
  }

  private CommandRun token(String arguments) {
    String all = arguments + " --secret-file " + secretFile;
    return CommandRun.of(command(Map.of()), all.strip().split(" "));
  }

  private static TokenCommand command(Map<String, String> variables) {
    SettingsLoader loader = new SettingsLoader(variables, Files::readString, Long.MAX_VALUE);
    return new TokenCommand(loader, () -> NOW);
  }

  private static Identity verified(CommandRun run, TokenOptions options) {
    assertThat(run.exitCode()).isZero();
    try (TokenVerifier verifier = TokenVerifier.open(options, () -> NOW)) {
      Identification identification = verifier.verify(run.out().strip()).join();
      assertThat(identification).isInstanceOf(Identification.Known.class);
      return ((Identification.Known) identification).identity();
    }
  }

  private static List<ChannelPattern> patterns(String... texts) {
    return List.of(texts).stream().map(ChannelPattern::parse).toList();
  }
}
