package io.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream as a client sees it: blocks, one after the other. */
final class Probe implements AutoCloseable {

  static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final HttpResponse<InputStream> response;
  private final BufferedReader lines;

  private Probe(HttpResponse<InputStream> response) {
    this.response = response;
    this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  static Probe open(String url, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (headers.length > 0) {
      request.headers(headers);
    }
    Probe probe = new Probe(send(request.build(), BodyHandlers.ofInputStream()));
    assertThat(probe.response.statusCode()).as(url).isEqualTo(200);
    return probe;
  }

  static <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return CLIENT.send(request, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static HttpResponse<String> get(String url, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build(), BodyHandlers.ofString());
  }

  static HttpResponse<String> post(String url, String body, String... headers) {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .headers(headers)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** The fields of the next block, null at the end of the stream. */
  @Nullable Map<String, String> block() {
    Map<String, String> fields = new LinkedHashMap<>();
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          return fields;
        }
        int colon = line.indexOf(':');
        fields.merge(
            line.substring(0, colon),
            line.substring(colon + 1).strip(),
            (before, more) -> before + "\n" + more);
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next block that isn't a heartbeat. */
  Map<String, String> next() {
    while (true) {
      Map<String, String> block = block();
      assertThat(block).as("the stream has ended").isNotNull();
      if (block.containsKey("data")) {
        return block;
      }
    }
  }

  /** The data of the next events, as many as are asked for. */
  List<String> data(int count) {
    List<String> data = new ArrayList<>();
    while (data.size() < count) {
      data.add(next().get("data"));
    }
    return data;
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
