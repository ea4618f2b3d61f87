package io.sluice.examples.notifications;

import io.sluice.examples.site.Request;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Somebody who uses the API. One caller at a time. */
final class ApiClient implements AutoCloseable {

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String origin;
  private String cookie = "";

  private ApiClient(String origin) {
    this.origin = origin;
  }

  static ApiClient signIn(String origin, String name) throws IOException, InterruptedException {
    ApiClient client = new ApiClient(origin);
    HttpResponse<String> answer =
        client.ask("POST", "/api/session", Request.toJson(Map.of("name", name)), null);
    client.cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    return client;
  }

  /** What the hub has to be shown too. */
  String cookie() {
    return cookie;
  }

  HttpResponse<String> ask(String method, String path, String body, @Nullable String key)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(origin + path))
            .method(method, BodyPublishers.ofString(body));
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer;
  }

  void send(String to, String title, String key) throws IOException, InterruptedException {
    String body = Request.toJson(Map.of("to", to, "type", "info", "title", title));
    ask("POST", "/api/notifications", body, key);
  }

  /** The titles of all notifications, page by page, the newest first. */
  List<String> titles() throws IOException, InterruptedException {
    List<String> titles = new ArrayList<>();
    Long before = Long.MAX_VALUE;
    while (before != null) {
      String path = "/api/notifications?limit=100&before=" + before;
      Mailbox.Page page = Request.fromJson(ask("GET", path, "", null).body(), Mailbox.Page.class);
      page.notices().forEach(notice -> titles.add(notice.title()));
      before = page.next();
    }
    return titles;
  }

  @Override
  public void close() {
    http.close();
  }
}
