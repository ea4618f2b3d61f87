package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

  private TestServer server = new TestServer(OriginGuard.onLoopback(router));

  @AfterEach
  void close() {
    server.close();
  }

  private void onAnyAddress() {
    server.close();
    server = new TestServer(OriginGuard.onAnyAddress(router));
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
          .contains("Last-Event-ID", "Idempotency-Key", "Content-Type");
    }
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
    onAnyAddress();
    assertThat(postTo("hub.example:8080", "Origin: http://hub.example:8080").status())
        .isEqualTo(200);
    assertThat(postTo("hub.example:8080").status()).isEqualTo(200);
    assertThat(postTo("hub.example:8080", "Origin: http://evil.example").status()).isEqualTo(403);
    assertThat(postTo("hub.example:8080", "Origin: http://hub.example").status()).isEqualTo(403);
  }
}
