package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice serve} in a process of its own, that can be killed. */
final class ServedHub implements AutoCloseable {

  private static final String GREETING = "Sluice listens on ";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final BufferedReader said;
  private final String url;

  private ServedHub(Process process) throws IOException {
    this.process = process;
    this.said = process.inputReader(UTF_8);
    String line = said.readLine();
    if (line == null || !line.startsWith(GREETING)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "it doesn't serve: " + line + "; " + process.errorReader(UTF_8).lines().toList());
    }
    this.url = line.substring(GREETING.length());
  }

  /** A hub that keeps its history in a directory. */
  static ServedHub on(Path data, int port) throws IOException {
    return new ServedHub(start("--data", data.toString(), "--port", String.valueOf(port)));
  }

  /** {@code sluice serve} with no settings but these arguments. */
  static Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Sluice.class.getName(),
                "serve"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().remove("PORT");
    return builder.start();
  }

  String url() {
    return url;
  }

  int port() {
    return URI.create(url).getPort();
  }

  long pid() {
    return process.pid();
  }

  /** Ends it with SIGKILL, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Ends it with SIGTERM, and answers its exit code. */
  int stop() throws InterruptedException {
    process.toHandle().destroy();
    return process.waitFor();
  }

  /** Publishes, and answers the event's id. */
  String publish(String channel, String data) throws IOException, InterruptedException {
    return publish(channel, data, null);
  }

  String publish(String channel, String data, @Nullable String idempotencyKey)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/events/" + channel))
            .POST(BodyPublishers.ofString(data));
    if (idempotencyKey != null) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("HTTP " + answer.statusCode() + ": " + answer.body());
    }
    return JsonMapper.shared().readTree(answer.body()).path("id").asString();
  }

  /** Whether {@code GET /health/ready} says so. */
  boolean isReady() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/health/ready")).build();
    return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }

  /** What {@code GET /history} answers. */
  JsonNode history(String channel) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(url + "/history/" + channel + "?since=earliest&limit=1000"))
            .build();
    return JsonMapper.shared().readTree(client.send(request, BodyHandlers.ofString()).body());
  }

  /** Opens a stream as a client does that comes back, or for the first time. */
  ReadStream stream(String channel, @Nullable String lastEventId)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/events/" + channel));
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    return new ReadStream(client.send(request.build(), BodyHandlers.ofLines()));
  }

  @Override
  public void close() throws InterruptedException, IOException {
    process.destroyForcibly();
    process.waitFor();
    said.close();
    client.shutdownNow();
  }
}
