package io.sluice.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds what is written here of settings, metrics and files to what there is. */
@Timeout(120)
class ConfigurationsIT {

  private static final Path COMPOSE = Path.of("compose", "compose.yaml");
  private static final Path ALERTS = Path.of("prometheus", "alerts.yml");
  private static final Path DASHBOARD = Path.of("grafana", "sluice.json");
  private static final Path SERVICE = Path.of("systemd", "sluice.service");

  private static final Pattern METRIC = Pattern.compile("\\b(sluice|jvm|process)_[a-z_]+");
  private static final Pattern CODES = Pattern.compile("code=~?\"([^\"]*)\"");

  @TempDir private Path folder;

  @Test
  void hubKnowsEverySettingOfTheContainers() throws Exception {
    for (Path composed : yamlFiles(Path.of("compose"))) {
      if (((Map<?, ?>) yaml(composed).getFirst()).get("services") instanceof Map<?, ?> services) {
        Map<String, String> variables = new TreeMap<>();
        Object hub = services.get("hub");
        ((Map<?, ?>) ((Map<?, ?>) hub).get("environment"))
            .forEach((name, value) -> variables.put(name.toString(), value.toString()));
        assertThat(variables).as(composed.toString()).isNotEmpty();
        assertSettingsHold(variables);
      }
    }

    for (Path manifest : yamlFiles(Path.of("kubernetes"))) {
      Map<String, String> variables = new TreeMap<>();
      for (Object document : yaml(manifest)) {
        collectVariables(document, variables);
      }
      assertThat(variables).as(manifest.toString()).isNotEmpty();
      assertSettingsHold(variables);
    }
  }

  @Test
  void hubKnowsEverySettingOfTheService() throws Exception {
    Map<String, String> variables = new TreeMap<>();
    Matcher assignments =
        Pattern.compile("(SLUICE_\\w+)=(\\S+)").matcher(Proxy.read(SERVICE.toString()));
    while (assignments.find()) {
      variables.put(assignments.group(1), assignments.group(2));
    }
    assertThat(variables).isNotEmpty();
    assertSettingsHold(variables);
  }

  @Test
  void hubHasEveryMetricThatAlertsAndPanelsLookAt() throws Exception {
    Set<String> there = new HashSet<>();
    try (HubProcess hub = HubProcess.start()) {
      hub.publish("news", "hello");
      assertThat(refused(hub)).isEqualTo(400); // a counter by code is there from its first count on
      hub.get("/metrics")
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> there.add(line.split("[{ ]", 2)[0]));
    }
    Set<String> named = new TreeSet<>();
    for (Path file : List.of(ALERTS, DASHBOARD)) {
      Matcher names = METRIC.matcher(Files.readString(file));
      while (names.find()) {
        named.add(names.group());
      }
    }
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(there).containsAll(named);
  }

  @Test
  void serverHasEveryCodeThatAlertsLookAt() throws Exception {
    StringBuilder sources = new StringBuilder();
    for (String module : List.of("server", "core", "access", "sqlite")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
          sources.append(Files.readString(file));
        }
      }
    }
    Matcher alerts = CODES.matcher(Files.readString(ALERTS));
    Set<String> codes = new TreeSet<>();
    while (alerts.find()) {
      codes.addAll(List.of(alerts.group(1).split("\\|")));
    }
    assertThat(codes).isNotEmpty().allMatch(code -> sources.indexOf("\"" + code + "\"") >= 0);
  }

  @Test
  void alertsGoOffWhenTheyShould() throws Exception {
    Program promtool = Program.find("promtool");
    Program.Result checked = promtool.run("check", "rules", ALERTS.toString());
    assertThat(checked.exitCode()).as(checked.output()).isZero();
    Program.Result tested =
        promtool.run("test", "rules", Path.of("prometheus", "alerts_test.yml").toString());
    assertThat(tested.exitCode()).as(tested.output()).isZero();
  }

  @Test
  void panelsAskInTheLanguageOfPrometheus() throws Exception {
    Program promtool = Program.find("promtool");
    List<String> rules = new ArrayList<>(List.of("groups: [{ name: panels, rules: ["));
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel :
        JsonMapper.shared().readTree(Files.readString(DASHBOARD)).path("panels")) {
      assertThat(ids.add(panel.path("id").asInt())).isTrue();
      for (JsonNode target : panel.path("targets")) {
        String question =
            target
                .path("expr")
                .asString("")
                .replace("$__rate_interval", "5m")
                .replace("$instance", ".*");
        rules.add(
            "{ record: \"panel:%d_%s\", expr: %s },"
                .formatted(
                    panel.path("id").asInt(),
                    target.path("refId").asString(""),
                    JsonMapper.shared().writeValueAsString(question)));
      }
    }
    rules.add("] }]");
    Path file = Files.write(folder.resolve("panels.yml"), rules);
    Program.Result checked = promtool.run("check", "rules", file.toString());
    assertThat(checked.exitCode()).as(checked.output()).isZero();
  }

  @Test
  void manifestsFitTheSchemasOfKubernetes() throws Exception {
    Program validator = Program.find("kubernetes-validate");
    for (Path manifest : yamlFiles(Path.of("kubernetes"))) {
      Program.Result result = validator.run("--strict", manifest.toString());
      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.output()).contains("passed");
    }
  }

  @Test
  void systemdUnderstandsTheServiceAndFindsItHardened() throws Exception {
    Program analyze = Program.find("systemd-analyze");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String service = Proxy.replaced(Proxy.read(SERVICE.toString()), "/usr/bin/java", java);
    String file = Files.writeString(folder.resolve("sluice.service"), service).toString();

    Program.Result verified = analyze.run("verify", file);
    assertThat(verified.exitCode()).as(verified.output()).isZero();
    assertThat(verified.output()).isBlank();

    // In tenths: 0 is nothing exposed, 100 everything.
    Program.Result secure = analyze.run("security", "--offline=true", "--threshold=20", file);
    assertThat(secure.exitCode()).as(secure.output()).isZero();
  }

  @Test
  void filesThatAreMountedAreThere() throws Exception {
    Matcher mounts = Pattern.compile("- (\\.\\.?/[^:]+):/").matcher(Files.readString(COMPOSE));
    // Made by whoever starts it, as the head of the file says.
    Set<String> ofTheUser = Set.of("./tls", "./operator.key");
    int found = 0;
    while (mounts.find()) {
      found++;
      if (!ofTheUser.contains(mounts.group(1))) {
        assertThat(COMPOSE.resolveSibling(mounts.group(1))).exists();
      }
    }
    assertThat(found).isGreaterThan(4);
  }

  private static List<Path> yamlFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().matches(".*\\.ya?ml")).sorted().toList();
    }
  }

  private static List<Object> yaml(Path file) throws IOException {
    List<Object> documents = new ArrayList<>();
    new Load(LoadSettings.builder().build())
        .loadAllFromString(Files.readString(file))
        .forEach(documents::add);
    return documents;
  }

  /** Names and values of the variables of all containers. */
  private static void collectVariables(Object node, Map<String, String> variables) {
    switch (node) {
      case Map<?, ?> map -> {
        if (map.get("name") instanceof String name
            && name.startsWith("SLUICE_")
            && map.get("value") instanceof String value) {
          variables.put(name, value);
        }
        map.values().forEach(value -> collectVariables(value, variables));
      }
      case List<?> list -> list.forEach(value -> collectVariables(value, variables));
      case null, default -> {}
    }
  }

  /** Has the program itself read the settings, with files of the test's where it would look. */
  private void assertSettingsHold(Map<String, String> variables)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Sluice.class.getName(),
                "config",
                "--config",
                "sluice.yaml")
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().putAll(variables);
    Path secret = Files.writeString(folder.resolve("token-secret"), "s".repeat(64));
    builder
        .environment()
        .computeIfPresent("SLUICE_IDENTITY_TOKENS_SECRET_FILE", (name, was) -> secret.toString());
    builder
        .environment()
        .computeIfPresent("SLUICE_HISTORY_REDIS_PASSWORD_FILE", (name, was) -> secret.toString());
    builder
        .environment()
        .computeIfPresent(
            "SLUICE_HISTORY_DATA", (name, was) -> was.isEmpty() ? was : folder.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static int refused(HubProcess hub) throws IOException, InterruptedException {
    return hub.status("/history/a//b");
  }
}
