package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The examination of hubs without anything before them, and of what is no hub. */
@Timeout(60)
class DoctorCommandIT {

  private static final String SECRET = "a secret of thirty-two bytes at least";

  @Test
  void findsNothingWrongWithAHub() throws IOException {
    try (SluiceServer hub = hub(Map.of("stream.heartbeat", "1s"))) {
      CommandRun run = examine(url(hub), "--watch", "1500ms", "--origin", "http://localhost:5173");

      assertThat(run.exitCode()).as(run.out()).isZero();
      assertThat(run.out().lines())
          .noneMatch(line -> line.startsWith("problem") || line.startsWith("warning"))
          .anyMatch(line -> line.startsWith("ok       events"))
          .anyMatch(line -> line.startsWith("ok       requests"))
          .anyMatch(line -> line.startsWith("ok       silence"))
          .anyMatch(line -> line.startsWith("ok       resume"))
          .anyMatch(line -> line.startsWith("ok       cors"))
          .anyMatch(line -> line.startsWith("note     http"));
    }
  }

  @Test
  void speaksHttp2WithAHubThatEncrypts(@TempDir Path folder) throws Exception {
    TestCertificate certificate = TestCertificate.make(folder);
    Map<String, String> settings =
        Map.of(
            "tls.certificate",
            certificate.certificate().toString(),
            "tls.key",
            certificate.key().toString());
    try (SluiceServer hub = hub(settings)) {
      CommandRun run =
          examine(
              url(hub).replace("http:", "https:"),
              "--watch",
              "10ms",
              "--json",
              "--cacert",
              certificate.certificate().toString());

      JsonNode report = JsonMapper.shared().readTree(run.out());
      assertThat(report.path("ok").asBoolean()).as(run.out()).isTrue();
      assertThat(verdict(report, "http")).isEqualTo("ok");
      assertThat(verdict(report, "tls")).isEqualTo("ok");
      assertThat(verdict(report, "events")).isEqualTo("ok");
      assertThat(verdict(report, "requests")).isEqualTo("ok");
      assertThat(verdict(report, "silence")).isEqualTo("note");
    }
  }

  @Test
  void doesWithoutPublishingWhereItMayNot() throws IOException {
    Map<String, String> settings =
        Map.of(
            "identity.tokens.secret",
            SECRET,
            "rules",
            "{'public/**': {subscribe: anyone, publish: 'role:service'}}",
            "stream.heartbeat",
            "1s");
    try (SluiceServer hub = hub(settings)) {
      CommandRun run = examine(url(hub), "--channel", "public/news", "--watch", "1500ms", "--json");

      JsonNode report = JsonMapper.shared().readTree(run.out());
      assertThat(run.exitCode()).as(run.out()).isZero();
      assertThat(verdict(report, "events")).isEqualTo("skipped");
      assertThat(verdict(report, "silence")).isEqualTo("ok");
      assertThat(verdict(report, "resume")).isEqualTo("ok");
    }
  }

  @Test
  void saysWhatItMayNotSubscribeTo() throws IOException {
    Map<String, String> settings =
        Map.of(
            "identity.tokens.secret",
            SECRET,
            "rules",
            "{'public/**': {subscribe: anyone, publish: 'role:service'}}");
    try (SluiceServer hub = hub(settings)) {
      CommandRun run = examine(url(hub), "--channel", "private/news");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("no stream of private/news").contains("--token-file");
    }
  }

  @Test
  void refusedOriginIsAProblem() throws IOException {
    try (SluiceServer hub = hub(Map.of("cors.origins", "https://app.example"))) {
      assertThat(examine(url(hub), "--watch", "10ms", "--origin", "https://app.example").exitCode())
          .isZero();

      CommandRun run = examine(url(hub), "--watch", "10ms", "--origin", "https://other.example");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("problem  cors").contains("Sluice: cors.origins");
    }
  }

  @Test
  void publishesNothingIfItShallNot() throws Exception {
    try (SluiceServer hub = hub(Map.of())) {
      CommandRun run = examine(url(hub), "--watch", "10ms", "--no-publish");

      assertThat(run.exitCode()).as(run.out()).isZero();
      assertThat(hub.hub().figures().published()).isZero();
    }
  }

  @Test
  void nothingThereIsAProblem() throws IOException {
    String url;
    try (SluiceServer hub = hub(Map.of())) {
      url = url(hub);
    }
    CommandRun run = examine(url);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).startsWith("problem  reach").contains("connection refused");
  }

  @Test
  void anotherServerIsNoHub() throws IOException {
    try (FakeServer server =
        new FakeServer(
            exchange -> {
              byte[] page = "<!doctype html>".getBytes(UTF_8);
              exchange.getResponseHeaders().set("Content-Type", "text/html");
              exchange.sendResponseHeaders(200, page.length);
              exchange.getResponseBody().write(page);
              exchange.close();
            })) {
      CommandRun run = examine(server.url());

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("answers something that is no hub");
    }
  }

  @Test
  void wrongArgumentsAreSaid() {
    assertThat(examine("http://127.0.0.1:1", "--channel", "a//b").exitCode()).isEqualTo(2);
    assertThat(examine("http://127.0.0.1:1", "--origin", "app.example").err())
        .contains("--origin must be like https://app.example");
    assertThat(examine("http://127.0.0.1:1", "--watch", "2d").err()).contains("from 1ms to 1h");
    assertThat(examine("events.example").exitCode()).isEqualTo(2);
  }

  private static SluiceServer hub(Map<String, String> settings) throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.put("listen", "127.0.0.1:0");
    return SluiceServer.start(Settings.of(all), InstantSource.system());
  }

  private static String url(SluiceServer hub) {
    return "http://127.0.0.1:" + hub.address().getPort();
  }

  private static CommandRun examine(String url, String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = url;
    return CommandRun.of(new DoctorCommand(), all);
  }

  private static String verdict(JsonNode report, String check) {
    for (JsonNode finding : report.path("findings")) {
      if (finding.path("check").asString("").equals(check)) {
        return finding.path("verdict").asString("");
      }
    }
    return "not looked at";
  }
}
