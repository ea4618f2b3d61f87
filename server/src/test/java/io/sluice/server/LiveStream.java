package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** An event stream as the JDK's client sees it, line by line. */
final class LiveStream implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final HttpResponse<InputStream> response;
  private final BufferedReader lines;

  private LiveStream(HttpResponse<InputStream> response) {
    this.response = response;
    lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
  }

  /** Sends a request, {@code GET} unless it is made something else. */
  static HttpResponse<InputStream> send(
      SluiceServer server, String path, Consumer<HttpRequest.Builder> more)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    more.accept(request);
    return CLIENT.send(request.build(), BodyHandlers.ofInputStream());
  }

  /** Opens a stream, whatever its status. */
  static LiveStream open(SluiceServer server, String path, Consumer<HttpRequest.Builder> more)
      throws IOException, InterruptedException {
    return new LiveStream(send(server, path, more));
  }

  /** The stream that a response is, whatever its status. */
  static LiveStream of(HttpResponse<InputStream> response) {
    return new LiveStream(response);
  }

  int status() {
    return response.statusCode();
  }

  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** Reads on to the block with an event of this type, and returns its lines. */
  List<String> block(String type) throws IOException {
    List<String> block = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isEmpty()) {
        block.add(line);
        continue;
      }
      if (block.contains("event: " + type)) {
        return block;
      }
      block.clear();
    }
    throw new IOException("the stream ended without event: " + type);
  }

  /** The connection's id; to be called first. */
  String connection() throws IOException {
    String data = block("connected").getLast();
    return Json.MAPPER.readTree(data.substring("data: ".length())).get("connection").asString();
  }

  /** Reads on to the end of the stream, and returns what was left of it. */
  String rest() throws IOException {
    StringBuilder rest = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      rest.append(line).append('\n');
    }
    return rest.toString();
  }

  @Override
  public void close() throws IOException {
    response.body().close();
  }
}
