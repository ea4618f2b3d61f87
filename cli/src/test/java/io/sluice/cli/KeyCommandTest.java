package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.ApiKeyOptions;
import io.sluice.access.ApiKeys;
import io.sluice.access.Grants;
import io.sluice.access.Identification;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KeyCommandTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123Z");

  @Test
  void hashThatIsToldIsThatOfTheKey() {
    CommandRun run = key("shop");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith(ApiKeys.PREFIX).hasLineCount(1);
    assertIsKnown(run.out().strip(), told(run, "id"), told(run, "hash"));
  }

  @Test
  void linesForTheSettingsHaveAllThatWasAskedForAndNotTheKey() {
    CommandRun run =
        key(
            "shop",
            "--subscribe",
            "news/*",
            "--publish",
            "orders/**",
            "--publish",
            "chat",
            "--role",
            "service",
            "--tickets",
            "--expires",
            "90d");
    assertThat(run.err().lines().skip(1))
        .containsExactly(
            "",
            "identity:",
            "  keys:",
            "    - name: \"shop\"",
            "      id: \"" + told(run, "id") + "\"",
            "      hash: \"" + told(run, "hash") + "\"",
            "      subscribe: [\"news/*\"]",
            "      publish: [\"orders/**\",\"chat\"]",
            "      roles: [\"service\"]",
            "      tickets: true",
            "      expires: \"2026-05-01T12:00:00Z\"");
    assertThat(run.err()).doesNotContain(run.out().strip());
  }

  @Test
  void nothingIsSaidOfWhatWasNotAskedFor() {
    assertThat(key("shop").err())
        .doesNotContain("subscribe", "publish", "roles", "tickets", "expires");
  }

  @Test
  void nameIsATextWhateverItLooksLike() {
    assertThat(key("yes: #no").err()).contains("name: \"yes: #no\"");
  }

  @Test
  void jsonIsOneObjectForPrograms() {
    CommandRun run = key("shop", "--publish", "orders/**", "--json");
    assertThat(run.err()).isEmpty();
    JsonNode all = JsonMapper.shared().readTree(run.out());
    JsonNode settings = all.path("settings");
    assertThat(settings.path("name").asString()).isEqualTo("shop");
    assertThat(settings.path("publish").path(0).asString()).isEqualTo("orders/**");
    assertIsKnown(
        all.path("key").asString(),
        settings.path("id").asString(),
        settings.path("hash").asString());
  }

  @Test
  void everyKeyIsAnother() {
    assertThat(key("shop").out()).isNotEqualTo(key("shop").out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shop --publish a//b",
        "shop --subscribe *x",
        "shop --expires soon",
        "shop --expires 0s",
        "shop --expires 999999999d",
        "shop --nonsense"
      })
  void wrongUsageIsExitCodeTwo(String arguments) {
    CommandRun run =
        arguments.isEmpty() ? key() : CommandRun.of(new KeyCommand(), arguments.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("sluice: ");
  }

  private static CommandRun key(String... arguments) {
    return CommandRun.of(new KeyCommand(() -> NOW), arguments);
  }

  private static String told(CommandRun run, String field) {
    return run.err()
        .lines()
        .filter(line -> line.contains(" " + field + ": "))
        .findFirst()
        .orElseThrow()
        .replaceAll(".*: \"|\"$", "");
  }

  private static void assertIsKnown(String key, String id, String hash) {
    ApiKeyOptions options = new ApiKeyOptions("shop", id, hash, Grants.NONE, Set.of(), false, null);
    assertThat(new ApiKeys(List.of(options), () -> NOW).identify(key))
        .isInstanceOf(Identification.Known.class);
  }
}
