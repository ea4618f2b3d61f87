package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The lines that the server greets with, as they are pasted. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CurlIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<Process> running = new ArrayList<>();
  private SluiceServer server;
  private String news;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(hasCurl(), "not run: there is no curl here");
    server = SluiceServer.start(Settings.of(Map.of("listen", "127.0.0.1:0")));
    news = "http://127.0.0.1:" + server.address().getPort() + "/events/news";
  }

  @AfterEach
  void stop() {
    running.forEach(Process::destroyForcibly);
    if (server != null) {
      server.close();
    }
  }

  @Test
  void watchesPublishesAndReadsWhatIsKept() throws Exception {
    BufferedReader stream = lines("curl -sN " + news);
    assertThat(block(stream)).contains("event: connected").anyMatch(l -> l.startsWith("retry: "));

    JsonNode published = JSON.readTree(output("curl -s -d hello " + news));
    String id = published.get("id").stringValue();

    assertThat(block(stream)).containsExactly("id: " + id, "channel: news", "data: hello");
    JsonNode history = JSON.readTree(output("curl -s " + news.replace("/events/", "/history/")));
    assertThat(history.get("events").get(0).get("id").stringValue()).isEqualTo(id);
    assertThat(history.get("events").get(0).get("data").stringValue()).isEqualTo("hello");
  }

  @Test
  void goesOnAfterTheEventThatTheHeaderNames() throws Exception {
    String first = JSON.readTree(output("curl -s -d one " + news)).get("id").stringValue();
    output("curl -s -d two " + news);
    output("curl -s -d three " + news);

    BufferedReader stream = lines("curl -sN -H Last-Event-ID:" + first + " " + news);

    assertThat(block(stream))
        .contains("id: " + first)
        .anyMatch(l -> l.contains("\"resumed\":true"));
    assertThat(block(stream)).contains("data: two");
    assertThat(block(stream)).contains("data: three");
  }

  @Test
  void sendsAFileAsItIs() throws Exception {
    BufferedReader stream = lines("curl -sN " + news);
    block(stream);

    Process publish = start("curl -s --data-binary @- " + news + "?type=poem");
    publish.getOutputStream().write("Grüße\r\n\nzwei\n".getBytes(UTF_8));
    publish.getOutputStream().close();
    assertThat(publish.waitFor()).isZero();

    assertThat(block(stream))
        .contains("event: poem")
        .containsSubsequence("data: Grüße", "data: ", "data: zwei", "data: ");
  }

  @Test
  void speaksHttp2WithPriorKnowledge() throws Exception {
    assumeTrue(output("curl --version").contains("HTTP2"), "not run: this curl has no HTTP/2");
    BufferedReader stream = lines("curl -sN --http2-prior-knowledge " + news);
    assertThat(block(stream)).contains("event: connected");

    String version =
        output("curl -s --http2-prior-knowledge -o /dev/null -w %{http_version} -d hello " + news);

    assertThat(version).isEqualTo("2");
    assertThat(block(stream)).contains("data: hello");
  }

  /** The lines of the next block, without the blank one that ends it. */
  private static List<String> block(BufferedReader stream) throws IOException {
    List<String> lines = new ArrayList<>();
    String line = stream.readLine();
    while (line != null && !line.isEmpty()) {
      lines.add(line);
      line = stream.readLine();
    }
    return lines;
  }

  private BufferedReader lines(String command) throws IOException {
    return start(command).inputReader(UTF_8);
  }

  private String output(String command) throws IOException, InterruptedException {
    Process process = start(command);
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(command).isZero();
    return said;
  }

  private Process start(String command) throws IOException {
    Process process =
        new ProcessBuilder(Arrays.asList(command.split(" ", -1)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    running.add(process);
    return process;
  }

  private static boolean hasCurl() {
    try {
      new ProcessBuilder("curl", "--version")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .destroy();
      return true;
    } catch (IOException none) {
      return false; // the test says so
    }
  }
}
