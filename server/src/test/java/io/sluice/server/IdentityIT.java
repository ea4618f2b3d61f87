package io.sluice.server;

import static io.sluice.server.GuardedServer.BACKEND;
import static io.sluice.server.GuardedServer.SECRET;
import static io.sluice.server.GuardedServer.bearer;
import static io.sluice.server.GuardedServer.code;
import static io.sluice.server.GuardedServer.json;
import static io.sluice.server.GuardedServer.post;
import static io.sluice.server.GuardedServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import io.sluice.access.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who somebody is, by token, cookie and query, against a running server. */
class IdentityIT {

  private final List<GuardedServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(GuardedServer::close);
  }

  private GuardedServer start(String... more) throws IOException {
    GuardedServer server = new GuardedServer(more);
    servers.add(server);
    return server;
  }

  @Test
  void aStreamIsToldThatItsTokenHasExpiredAndEndsAndTheTokenIsRefusedFromThenOn() throws Exception {
    GuardedServer server = start();
    String token = token("ann", Duration.ofSeconds(2));
    try (LiveStream stream = server.open("/events/users/@me/x", bearer(token))) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.block("expired")).contains("data: {\"reason\":\"token\"}");
      assertThat(stream.rest()).isEmpty();
    }
    assertThat(code(server.send("/events/public/a", bearer(token)))).isEqualTo("401 token-expired");
    Awaitility.await().until(() -> server.streams() == 0);
  }

  @Test
  void aTokenThatIsNoGoodIsRefusedAndNeverAnonymous() throws Exception {
    GuardedServer server = start();
    String forged =
        Tokens.sign(
            TokenOptions.of(KeyOptions.NONE.withSecret(SECRET.toUpperCase(Locale.ROOT))),
            Tokens.Contents.of("ann", Duration.ofHours(1)),
            Instant.now());

    assertThat(code(server.send("/events/public/a", bearer(forged))))
        .isEqualTo("401 token-signature");
    assertThat(code(server.send("/events/public/a", bearer("nonsense"))))
        .isEqualTo("401 token-malformed");
    assertThat(
            code(
                server.send(
                    "/events/public/a", request -> request.header("Authorization", "Basic YTpi"))))
        .isEqualTo("401 credentials-unknown-scheme");
  }

  @Test
  void aTokenMayComeInTheCookieThatTheSettingsName() throws Exception {
    GuardedServer server = start();
    Consumer<HttpRequest.Builder> cookie =
        request -> request.header("Cookie", "a=b; __Host-session=" + token("ann") + "; c=d");

    try (LiveStream stream = server.open("/events/users/@me/x", cookie)) {
      assertThat(stream.block("connected").getLast()).contains("\"users/ann/x\"");
    }
  }

  @Test
  void twoCookiesOfTheNameThatDifferAreRefused() throws Exception {
    GuardedServer server = start();
    Consumer<HttpRequest.Builder> cookies =
        request ->
            request.header(
                "Cookie", "__Host-session=" + token("ann") + "; __Host-session=" + token("eve"));

    assertThat(code(server.send("/events/public/a", cookies)))
        .isEqualTo("401 credentials-ambiguous");
  }

  @Test
  void tokensInUrlsAreOffUnlessAllowed() throws Exception {
    String path = "/events/users/ann/x?token=" + token("ann");

    assertThat(code(start().send(path, GuardedServer::anonymous))).isEqualTo("401 query-token-off");
    GuardedServer allowing = start("identity.query-token", "true");
    try (LiveStream stream = allowing.open(path, GuardedServer::anonymous)) {
      assertThat(stream.status()).isEqualTo(200);
    }
  }

  @Test
  void idempotencyKeysOfDifferentPublishersDontMeet() throws Exception {
    GuardedServer server = start();
    List<String> ids = new ArrayList<>();
    for (String who : List.of(token("ann"), token("bob"), token("ann"))) {
      Consumer<HttpRequest.Builder> keyed =
          post(who, "x").andThen(request -> request.header("Idempotency-Key", "1"));
      ids.add(json(server.send("/events/public/a", keyed)).get("id").asString());
    }
    assertThat(ids.get(0)).isEqualTo(ids.get(2)).isNotEqualTo(ids.get(1));
  }

  @Test
  void answersSayNoSecrets() throws Exception {
    GuardedServer server = start();
    String token = token("ann");
    String mangled = token.substring(0, token.length() - 4) + "AAAA";
    String key = BACKEND.text().substring(0, BACKEND.text().length() - 2) + "zz";
    for (String secret : List.of(mangled, key)) {
      HttpResponse<InputStream> refused = server.send("/events/public/a", bearer(secret));
      String answer;
      try (InputStream body = refused.body()) {
        answer = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      }
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(answer).doesNotContain(secret.substring(secret.length() - 20));
    }
  }

  @Test
  void aQueryThatCantBeDecodedIsRefusedWithoutItsToken() throws Exception {
    GuardedServer server = start("identity.query-token", "true");
    String secret = "eyJtoken-that-was-cut";
    for (String name : List.of("token", "ticket")) {
      try (RawClient client = new RawClient(server.server().address())) {
        RawClient.Response refused =
            client.request("GET", "/events/public/a?" + name + "=" + secret + "%e").response();
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("malformed-query", name).doesNotContain(secret);
      }
    }
  }
}
