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

/**
 * Somebody who uses the API.
 *
 * <p>Thread-safe.
 */
record ApiClient(HttpClient http, String origin, String cookie) {

  static ApiClient signIn(HttpClient http, String origin, String name)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        new ApiClient(http, origin, "none=")
            .ask("POST", "/api/session", Request.toJson(Map.of("name", name)), null);
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    return new ApiClient(http, origin, cookie);
  }

  HttpResponse<String> ask(String method, String path, String body, @Nullable String key)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(origin + path))
            .header("Cookie", cookie)
            .method(method, BodyPublishers.ofString(body));
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

  Mailbox.Page page(String path) throws IOException, InterruptedException {
    return Request.fromJson(ask("GET", path, "", null).body(), Mailbox.Page.class);
  }

  /** The titles of all notifications, page by page, the newest first. */
  List<String> titles() throws IOException, InterruptedException {
    List<String> titles = new ArrayList<>();
    Long before = Long.MAX_VALUE;
    while (before != null) {
      String path = "/api/notifications?limit=100&before=" + before;
      Mailbox.Page page = page(path);
      page.notices().forEach(notice -> titles.add(notice.title()));
      before = page.next();
    }
    return titles;
  }
}
