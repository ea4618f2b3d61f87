package io.sluice.examples.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.EventStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Somebody at an application, without a browser: signs in, asks it, and reads its hub.
 *
 * <p>Thread-safe.
 */
public record Visitor(Site site, HttpClient http, String name, String cookie) {

  /** Somebody who has signed in. */
  public static Visitor enter(Site site, HttpClient http, String name)
      throws IOException, InterruptedException {
    Visitor nobody = new Visitor(site, http, name, "");
    HttpResponse<String> answer = nobody.ask("POST", "/api/session", Map.of("name", name));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    return new Visitor(site, http, name, cookie.substring(0, cookie.indexOf(';')));
  }

  /** Asks the application. */
  public HttpResponse<String> ask(String method, String path, Object body)
      throws IOException, InterruptedException {
    return http.send(request(method, path, body).build(), BodyHandlers.ofString());
  }

  /** Asks it under a key. */
  public HttpResponse<String> ask(String method, String path, Object body, String key)
      throws IOException, InterruptedException {
    return http.send(
        request(method, path, body).header("Idempotency-Key", key).build(),
        BodyHandlers.ofString());
  }

  /** Asks until there is an answer that isn't passing, as its page does. */
  public HttpResponse<String> insist(String method, String path, Object body, String key)
      throws InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        HttpResponse<String> answer = ask(method, path, body, key);
        if (answer.statusCode() < 500 && answer.statusCode() != 429) {
          return answer;
        }
      } catch (IOException cut) {
        // The server ends connections that are idle: the answer may have been lost. Again.
      }
      assertThat(attempt).as("attempts at %s %s", method, path).isLessThan(50);
    }
  }

  private HttpRequest.Builder request(String method, String path, Object body) {
    return HttpRequest.newBuilder(URI.create(site.origin() + path))
        .timeout(Duration.ofSeconds(30))
        .header("Cookie", cookie.isEmpty() ? "none=" : cookie)
        .method(method, BodyPublishers.ofString(Request.toJson(body)));
  }

  /** A stream of the hub. */
  public EventStream stream(String... channels) {
    String query =
        Arrays.stream(channels)
            .map(channel -> "channel=" + URLEncoder.encode(channel, UTF_8))
            .collect(Collectors.joining("&"));
    return EventStream.at(URI.create(site.hubOrigin() + "/events?" + query), http)
        .header("Cookie", cookie);
  }
}
