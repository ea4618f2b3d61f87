package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use a hub from a browser. */
class OriginGuardIT {

  private final Router router =
      new Router()
          .route("POST", "/publish", exchange -> exchange.respond(200, Fields.NONE))
          .route("GET", "/refused", exchange -> exchange.refuse(Problem.notFound("no")));

  private TestServer server = new TestServer(OriginGuard.onLoopback(router, CorsRules.NONE));

  @AfterEach
  void close() {
    server.close();
  }

  private void onAnyAddress(CorsRules rules) {
    server.close();
    server = new TestServer(OriginGuard.onAnyAddress(router, rules));
  }

  private static CorsRules named(boolean credentials, String... origins) {
    return new CorsRules(List.of(origins), credentials, Duration.ofMinutes(5));
  }

  private RawClient.Response post(String... fieldLines) throws IOException {
    try (RawClient client = server.connect()) {
      return client.request("POST", "/publish", fieldLines).response();
    }
  }

  private RawClient.Response postTo(String host, String... more) throws IOException {
    try (RawClient client = server.connect()) {
      String head = "POST /publish HTTP/1.1\r\nHost: " + host + "\r\n";
      for (String line : more) {
        head += line + "\r\n";
      }
      return client.send(head + "\r\n").response();
    }
  }

  @Test
  void programsSendNoOriginAndAreLetIn() throws IOException {
    RawClient.Response response = post();
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.field("Access-Control-Allow-Origin")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:5173",
        "https://127.0.0.1",
        "http://[::1]:3000",
        "http://a.localhost"
      })
  void pagesOfThisMachineMayUseItAndReadTheAnswer(String origin) throws IOException {
    RawClient.Response response = post("Origin: " + origin);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.field("Access-Control-Allow-Origin")).isEqualTo(origin);
    assertThat(response.field("Vary")).isEqualTo("Origin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "file://localhost",
        "http://localhost:80/path",
        "localhost"
      })
  void pagesOfOtherSitesAreRefused(String origin) throws IOException {
    RawClient.Response response = post("Origin: " + origin);
    assertThat(response.status()).isEqualTo(403);
    assertThat(response.text()).contains("\"code\":\"foreign-origin\"");
    assertThat(response.field("Access-Control-Allow-Origin")).isNull();
  }

  @Test
  void refusalsCanBeReadByPagesThatMayUseIt() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response =
          client.request("GET", "/refused", "Origin: http://localhost:1").response();
      assertThat(response.status()).isEqualTo(404);
      assertThat(response.field("Access-Control-Allow-Origin")).isEqualTo("http://localhost:1");
    }
  }

  @Test
  void answersAPreflight() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response =
          client
              .request(
                  "OPTIONS",
                  "/publish",
                  "Origin: http://localhost:5173",
                  "Access-Control-Request-Method: POST",
                  "Access-Control-Request-Headers: idempotency-key")
              .response();
      assertThat(response.status()).isEqualTo(204);
      assertThat(response.field("Access-Control-Allow-Origin")).isEqualTo("http://localhost:5173");
      assertThat(response.field("Access-Control-Allow-Methods")).contains("POST");
      assertThat(response.field("Access-Control-Allow-Headers"))
          .contains(
              "Authorization", "Last-Event-ID", "Idempotency-Key", "Content-Type", "Cache-Control");
      assertThat(response.field("Access-Control-Max-Age")).isEqualTo("600");
      assertThat(response.field("Vary")).isEqualTo("Origin");
    }
  }

  @Test
  void aPreflightOfAForeignOriginIsRefused() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response =
          client
              .request(
                  "OPTIONS",
                  "/publish",
                  "Origin: https://evil.example",
                  "Access-Control-Request-Method: POST")
              .response();
      assertThat(response.status()).isEqualTo(403);
      assertThat(response.fields().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }
  }

  @Test
  void answersNeverTellOtherSitesTheUrl() throws IOException {
    assertThat(post().field("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(post("Origin: http://localhost:1").field("Referrer-Policy"))
        .isEqualTo("no-referrer");
    assertThat(post("Origin: https://evil.example").field("Referrer-Policy"))
        .isEqualTo("no-referrer");
    assertThat(postTo("evil.example").field("Referrer-Policy")).isEqualTo("no-referrer");
  }

  @Test
  void aNameThatPointsHereButIsntThisMachinesIsRefused() throws IOException {
    RawClient.Response response = postTo("rebound.evil.example:8080");
    assertThat(response.status()).isEqualTo(403);
    assertThat(response.text()).contains("\"code\":\"foreign-host\"");
    assertThat(postTo("127.0.0.1:8080").status()).isEqualTo(200);
  }

  @Test
  void theTargetsHostIsCheckedTooWhenItIsGiven() throws IOException {
    try (RawClient client = server.connect()) {
      client.send("POST http://evil.example/publish HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.response().status()).isEqualTo(403);
    }
  }

  @Test
  void onOtherAddressesPagesOfTheSameOriginMayUseIt() throws IOException {
    onAnyAddress(CorsRules.NONE);
    assertThat(postTo("hub.example:8080", "Origin: http://hub.example:8080").status())
        .isEqualTo(200);
    assertThat(postTo("hub.example:8080").status()).isEqualTo(200);
    assertThat(postTo("hub.example:8080", "Origin: http://evil.example").status()).isEqualTo(403);
    assertThat(postTo("hub.example:8080", "Origin: http://hub.example").status()).isEqualTo(403);
  }

  @Test
  void theBrowserIsBelievedWhereTheNamesHaveBeenChangedByAProxy() throws IOException {
    onAnyAddress(CorsRules.NONE);
    String page = "Origin: https://hub.example";
    assertThat(postTo("10.0.0.1:8080", page).status()).isEqualTo(403);
    assertThat(postTo("10.0.0.1:8080", page, "Sec-Fetch-Site: same-origin").status())
        .isEqualTo(200);
    assertThat(postTo("hub.example", page, "Sec-Fetch-Site: cross-site").status()).isEqualTo(403);
  }

  @Test
  void exactlyTheNamedOriginsMayUseIt() throws IOException {
    onAnyAddress(named(false, "https://app.example", "http://dev.example:3000"));

    RawClient.Response app = postTo("hub.example", "Origin: https://app.example");
    assertThat(app.status()).isEqualTo(200);
    assertThat(app.field("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
    assertThat(app.field("Access-Control-Allow-Credentials")).isNull();
    assertThat(app.field("Access-Control-Expose-Headers")).contains("Retry-After");
    assertThat(app.field("Vary")).isEqualTo("Origin");
    RawClient.Response dev = postTo("hub.example", "Origin: http://dev.example:3000");
    assertThat(dev.field("Access-Control-Allow-Origin")).isEqualTo("http://dev.example:3000");
    for (String foreign :
        new String[] {
          "http://app.example",
          "https://app.example:8443",
          "https://app.example.evil.example",
          "https://evilapp.example",
          "http://dev.example",
          "http://localhost:3000",
          "null"
        }) {
      RawClient.Response response = postTo("hub.example", "Origin: " + foreign);
      assertThat(response.status()).as(foreign).isEqualTo(403);
      assertThat(response.text()).contains("foreign-origin", "cors.origins");
      assertThat(response.field("Access-Control-Allow-Origin")).as(foreign).isNull();
    }
    assertThat(postTo("hub.example", "Origin: http://hub.example").status()).isEqualTo(200);
  }

  @Test
  void namedOriginsReplaceThoseOfThisMachineAndHostsAreStillChecked() throws IOException {
    server.close();
    server = new TestServer(OriginGuard.onLoopback(router, named(false, "https://app.example")));

    assertThat(post("Origin: https://app.example").status()).isEqualTo(200);
    assertThat(post("Origin: http://localhost:5173").status()).isEqualTo(403);
    assertThat(post("Origin: http://localhost").status()).isEqualTo(200); // the hub's own page
    assertThat(postTo("evil.example", "Origin: https://app.example").text())
        .contains("foreign-host");
  }

  @Test
  void credentialsAreAllowedOnlyWhereTheyAreSet() throws IOException {
    onAnyAddress(named(true, "https://app.example"));
    RawClient.Response response =
        postTo("hub.example", "Origin: https://app.example", "Cookie: session=1");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.field("Access-Control-Allow-Credentials")).isEqualTo("true");

    onAnyAddress(named(false, "https://app.example"));
    response = postTo("hub.example", "Origin: https://app.example", "Cookie: session=1");
    assertThat(response.status()).isEqualTo(403);
    assertThat(response.text()).contains("\"code\":\"foreign-cookie\"");
    assertThat(response.field("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
  }

  @Test
  void allOriginsMayUseItWithoutCookies() throws IOException {
    onAnyAddress(named(false, "*"));
    for (String origin : new String[] {"https://a.example", "null"}) {
      RawClient.Response response = postTo("hub.example", "Origin: " + origin);
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.field("Access-Control-Allow-Origin")).isEqualTo("*");
    }
    assertThat(postTo("hub.example", "Origin: https://a.example", "Cookie: session=1").status())
        .isEqualTo(403);
    assertThat(postTo("hub.example", "Origin: http://hub.example", "Cookie: session=1").status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/x-www-form-urlencoded", "application/json", ""})
  void aForeignPageChangesNothingWhateverItSends(String contentType) throws IOException {
    onAnyAddress(named(true, "https://app.example"));
    String type = contentType.isEmpty() ? "X: y" : "Content-Type: " + contentType;
    String cookie = "Cookie: session=1";
    assertThat(postTo("hub.example", "Origin: https://evil.example", type, cookie).status())
        .isEqualTo(403);
    // No browser leaves the Origin out here, but if one did, it would say this.
    assertThat(postTo("hub.example", "Sec-Fetch-Site: cross-site", type, cookie).status())
        .isEqualTo(403);
    assertThat(postTo("hub.example", "Sec-Fetch-Site: same-site", type, cookie).status())
        .isEqualTo(403);
    assertThat(postTo("hub.example", "Sec-Fetch-Site: same-origin", type, cookie).status())
        .isEqualTo(200);
    assertThat(postTo("hub.example", "Sec-Fetch-Site: none", type, cookie).status()).isEqualTo(200);
  }

  @Test
  void linksFromOtherSitesCanBeFollowed() throws IOException {
    try (RawClient client = server.connect()) {
      assertThat(
              client
                  .request(
                      "GET", "/refused", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")
                  .response()
                  .status())
          .isEqualTo(404);
    }
  }
}
