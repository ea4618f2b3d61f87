package io.sluice.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice doctor} before proxies that are wrong, each in its own way, and one that isn't. */
@Timeout(120)
class DoctorIT {

  /** What nginx needs to pass on a stream; the tests leave some of it out. */
  private static final String GOOD =
      "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_request_buffering off;";

  @TempDir private Path folder;

  /**
   * What it found.
   *
   * @param exitCode its own
   * @param verdicts by check
   * @param text all that it printed
   */
  record Report(int exitCode, Map<String, String> verdicts, String text) {}

  @Test
  void findsNothingWrongWithTheConfigurationThatIsHere() throws Exception {
    Certificate certificate = Certificate.make(folder);
    try (HubProcess hub = HubProcess.start("--stream.heartbeat=1s");
        Proxy proxy = new NginxIT().start(List.of(hub.port()), certificate, folder)) {
      Report report =
          examine(proxy.url(), "--watch=1500ms", "--cacert=" + certificate.chain().toString());

      assertThat(report.exitCode()).as(report.text()).isZero();
      assertThat(report.verdicts().values()).as(report.text()).containsOnly("ok");
      assertThat(report.verdicts())
          .containsKeys(
              "reach",
              "tls",
              "http",
              "compression",
              "head",
              "events",
              "requests",
              "silence",
              "resume",
              "clock");
    }
  }

  @Test
  void findsAProxyThatCollectsAnswers() throws Exception {
    try (HubProcess hub = HubProcess.start();
        Proxy proxy =
            nginx(hub, GOOD + "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;")) {
      Report report = examine(unencrypted(proxy), "--watch=100ms", "--patience=1s");

      assertThat(report.exitCode()).isEqualTo(1);
      assertThat(report.verdicts()).containsEntry("buffering", "problem");
      assertThat(report.text()).contains("proxy_buffering off");
    }
  }

  @Test
  void findsAProxyThatCompresses() throws Exception {
    try (HubProcess hub = HubProcess.start();
        Proxy proxy =
            nginx(hub, GOOD + "gzip on; gzip_proxied any; gzip_types text/event-stream;")) {
      Report report = examine(unencrypted(proxy), "--watch=100ms");

      assertThat(report.exitCode()).isEqualTo(1);
      assertThat(report.verdicts())
          .containsEntry("compression", "problem")
          .containsEntry("events", "ok");
      assertThat(report.text()).contains("gzip off");
    }
  }

  @Test
  void findsATimeoutThatIsShorterThanTheHeartbeat() throws Exception {
    try (HubProcess hub = HubProcess.start();
        Proxy proxy = nginx(hub, GOOD + "proxy_read_timeout 1s;")) {
      Report report = examine(unencrypted(proxy), "--watch=10s");

      assertThat(report.exitCode()).isEqualTo(1);
      assertThat(report.verdicts())
          .containsEntry("silence", "problem")
          .containsEntry("events", "ok")
          .containsEntry("resume", "ok");
      assertThat(report.text())
          .contains("closed in the middle of the answer")
          .contains("proxy_read_timeout 75s");
    }
  }

  @Test
  void findsRequestsThatAreHeldBack() throws Exception {
    try (HubProcess hub = HubProcess.start();
        Proxy proxy = nginx(hub, "proxy_http_version 1.1; proxy_set_header Connection \"\";")) {
      Report report = examine(unencrypted(proxy), "--watch=100ms", "--patience=2s");

      assertThat(report.exitCode()).as(report.text()).isZero();
      assertThat(report.verdicts())
          .containsEntry("requests", "warning")
          .containsEntry("events", "ok");
      assertThat(report.text()).contains("proxy_request_buffering off");
    }
  }

  @Test
  void findsThatLastEventIdIsLost() throws Exception {
    try (HubProcess hub = HubProcess.start();
        Proxy proxy = nginx(hub, GOOD + "proxy_set_header Last-Event-ID \"\";")) {
      Report report = examine(unencrypted(proxy), "--watch=100ms");

      assertThat(report.exitCode()).isEqualTo(1);
      assertThat(report.verdicts())
          .containsEntry("resume", "problem")
          .containsEntry("events", "ok");
    }
  }

  @Test
  void findsAProxyThatAllowsOriginsBesideTheHub() throws Exception {
    try (HubProcess hub = HubProcess.start("--cors.origins=https://app.example");
        Proxy proxy = nginx(hub, GOOD + "add_header Access-Control-Allow-Origin *;")) {
      Report report = examine(unencrypted(proxy), "--watch=100ms", "--origin=https://app.example");

      assertThat(report.exitCode()).isEqualTo(1);
      assertThat(report.verdicts()).containsEntry("cors", "problem");
      assertThat(report.text()).contains("must be there once");
    }
  }

  @Test
  void findsHubsEachWithAHistoryOfItsOwn() throws Exception {
    try (HubProcess one = HubProcess.start();
        HubProcess two = HubProcess.start();
        Proxy proxy =
            nginx(
                "server 127.0.0.1:%d; server 127.0.0.1:%d;".formatted(one.port(), two.port()),
                GOOD)) {
      // They are asked in turn: of two that follow one another, one is another hub's.
      Report report = examine(unencrypted(proxy), "--watch=100ms", "--patience=1s");

      assertThat(report.exitCode()).isEqualTo(1);
      assertThat(report.verdicts()).containsEntry("one-history", "problem");
    }
  }

  @Test
  void findsThatNoHubIsBehindTheProxy() throws Exception {
    HubProcess gone = HubProcess.start();
    gone.close();
    try (Proxy proxy = nginx(gone, GOOD)) {
      Report report = examine(unencrypted(proxy));

      assertThat(report.exitCode()).isEqualTo(1);
      assertThat(report.verdicts()).containsOnly(Map.entry("reach", "problem"));
      assertThat(report.text()).contains("HTTP 502");
    }
  }

  private Proxy nginx(HubProcess hub, String location) throws IOException {
    return nginx("server 127.0.0.1:" + hub.port() + ";", location);
  }

  private Proxy nginx(String servers, String location) throws IOException {
    Program nginx = Program.find("nginx");
    int port = Proxy.freePort();
    String configuration =
        """
        pid %1$s/nginx.pid;
        events { }
        http {
          access_log off;
          %2$s
          upstream hub { %3$s }
          server {
            listen 127.0.0.1:%4$d;
            location / {
              proxy_pass http://hub;
              proxy_set_header Host localhost;
              %5$s
            }
          }
        }
        """
            .formatted(folder, NginxIT.temporary(folder), servers, port, location);
    Path file = Files.writeString(folder.resolve("wrong.conf"), configuration);
    return Proxy.start(
        nginx.command(
            "-p", folder.toString(), "-c", file.toString(), "-e", "stderr", "-g", "daemon off;"),
        folder.resolve("nginx.log"),
        port);
  }

  private static String unencrypted(Proxy proxy) {
    return "http://127.0.0.1:" + proxy.port();
  }

  private static Report examine(String url, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Sluice.class.getName(),
                "doctor",
                "--json"));
    command.addAll(List.of(options));
    command.add(url);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    int exitCode = process.waitFor();
    Map<String, String> verdicts = new LinkedHashMap<>();
    JsonNode report = JsonMapper.shared().readTree(said);
    for (JsonNode finding : report.path("findings")) {
      verdicts.put(finding.path("check").asString(""), finding.path("verdict").asString(""));
    }
    assertThat(report.path("ok").asBoolean()).isEqualTo(exitCode == 0);
    return new Report(exitCode, verdicts, said);
  }
}
