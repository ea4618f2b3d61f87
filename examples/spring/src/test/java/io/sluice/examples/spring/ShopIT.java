package io.sluice.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The shop as its page uses it. */
@Timeout(60)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ShopIT {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Autowired News news;
  @LocalServerPort int port;

  private HttpRequest.Builder as(String user, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header(
            "Authorization",
            "Basic "
                + Base64.getEncoder()
                    .encodeToString((user + ":secret").getBytes(StandardCharsets.ISO_8859_1)));
  }

  private HttpResponse<String> post(String user, String path, String form)
      throws IOException, InterruptedException {
    return CLIENT.send(
        as(user, path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  private BufferedReader stream(String user, String query)
      throws IOException, InterruptedException {
    var response = CLIENT.send(as(user, "/events?" + query).build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  /** The type and data of the next event. */
  private static String next(BufferedReader stream) throws IOException {
    String type = "";
    String line = stream.readLine();
    while (!line.startsWith("data:")) {
      type = line.startsWith("event:") ? line.substring(6).strip() : type;
      line = stream.readLine();
    }
    return type + " " + line.substring(5).strip();
  }

  @Test
  void pageIsServedAndOpensTheStream() throws Exception {
    HttpResponse<String> page = CLIENT.send(as("alice", "/").build(), BodyHandlers.ofString());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("new EventSource(\"events?channel=users/@me/orders");
    assertThat(
            CLIENT
                .send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
                    BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void ordersAppearOnTheirOwnersStreamWhenTheyAreCommitted() throws Exception {
    try (BufferedReader alice = stream("alice", "channel=users/@me/**")) {
      assertThat(next(alice)).contains("users/alice/**");
      assertThat(post("bob", "/orders", "item=coffee").statusCode()).isEqualTo(200);
      assertThat(post("alice", "/orders", "item=unicorn").statusCode()).isEqualTo(200);
      String placed = next(alice);
      assertThat(placed).startsWith("placed ").contains("\"owner\":\"alice\"", "unicorn");
      String id = placed.replaceAll(".*\"id\":(\\d+).*", "$1");
      assertThat(post("alice", "/orders/" + id + "/pack", "").statusCode()).isEqualTo(409);
      assertThat(post("alice", "/orders", "item=tea").statusCode()).isEqualTo(200);
      String tea = next(alice);
      assertThat(tea).as("nothing of what was rolled back").contains("tea");
      String teaId = tea.replaceAll(".*\"id\":(\\d+).*", "$1");
      assertThat(post("alice", "/orders/" + teaId + "/pack", "").statusCode()).isEqualTo(200);
      assertThat(next(alice)).startsWith("packed ").contains("\"id\":" + teaId, "\"owner\"");
    }
  }

  @Test
  void nobodySubscribesToTheOrdersOfOthers() throws Exception {
    HttpResponse<String> refused =
        CLIENT.send(
            as("bob", "/events?channel=users/alice/orders").build(), BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("forbidden-channel");
  }

  @Test
  void newsAreEverybodys() throws Exception {
    try (BufferedReader bob = stream("bob", "channel=news/*")) {
      next(bob);
      String id = news.tell("open on Sunday").get();
      assertThat(id).contains("-");
      assertThat(next(bob)).isEqualTo("story open on Sunday");
    }
  }
}
