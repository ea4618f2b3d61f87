package io.sluice.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.cli.Sluice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code sluice serve} in a process of its own, that can be killed and started again.
 *
 * <p>One caller at a time.
 */
final class HubProcess implements AutoCloseable {

  private static final String GREETING = "Sluice listens on ";

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> settings;
  private final int port;
  private Process process;

  private HubProcess(List<String> settings) throws IOException {
    this.settings = settings;
    process = launch(0);
    port = URI.create(greeting(process)).getPort();
  }

  /**
   * Starts one on a port that is free.
   *
   * @param settings as on the command line
   */
  static HubProcess start(String... settings) throws IOException {
    return new HubProcess(List.of(settings));
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Ends it with SIGKILL, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends it with SIGTERM, and answers its exit code. */
  int stop() throws InterruptedException {
    process.toHandle().destroy();
    return process.waitFor();
  }

  /** Lets it stand still (SIGSTOP): its sockets stay open, and nothing answers. */
  void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Lets it go on (SIGCONT). */
  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String which) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", which, "" + process.pid()).start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("kill " + which + " ended with " + code);
    }
  }

  /** Starts it again, on the same port, and waits until it listens. */
  void startAgain() throws IOException {
    process = launch(port);
    greeting(process);
  }

  /** Publishes, and answers the event's id. */
  String publish(String channel, String data) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/events/" + channel))
            .POST(BodyPublishers.ofString(data))
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("HTTP " + answer.statusCode() + ": " + answer.body());
    }
    return JsonMapper.shared().readTree(answer.body()).path("id").asString();
  }

  /** What {@code GET} answers there. */
  String get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path)).build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  /** The status of {@code GET} there. */
  int status(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path)).build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  /** How many streams it has. */
  int streams() {
    try {
      JsonNode stats = JsonMapper.shared().readTree(get("/stats"));
      return stats.path("clients").asInt(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException());
    }
  }

  private Process launch(int onPort) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Sluice.class.getName(),
                "serve",
                "--port=" + onPort,
                "--log=warn",
                "--history.memory=16MiB"));
    command.addAll(settings);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().remove("PORT");
    return builder.start();
  }

  private static String greeting(Process process) throws IOException {
    BufferedReader said = process.inputReader(UTF_8);
    String line = said.readLine();
    if (line == null || !line.startsWith(GREETING)) {
      process.destroyForcibly();
      throw new IllegalStateException("it doesn't serve: " + line);
    }
    // What else it says has to go somewhere, or it would wait one day.
    Thread.ofVirtual().start(() -> drain(said));
    return line.substring(GREETING.length());
  }

  private static void drain(BufferedReader said) {
    try {
      while (said.readLine() != null) {}
    } catch (IOException ended) {
      // the process was killed, and its pipe with it
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    client.shutdownNow();
  }
}
