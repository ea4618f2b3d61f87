package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.ApiKeys;
import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import io.sluice.access.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** A server on loopback that asks who somebody is, and requests to it. */
final class GuardedServer implements AutoCloseable {

  static final String SECRET = "a secret of this test that has more than 32 bytes";
  static final ApiKeys.Generated BACKEND = ApiKeys.generate();
  static final ApiKeys.Generated PUBLISHER = ApiKeys.generate();

  private static final TokenOptions TOKENS = TokenOptions.of(KeyOptions.NONE.withSecret(SECRET));

  private final SluiceServer server;

  /**
   * @param more settings, each a name and its value
   */
  GuardedServer(String... more) throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("listen", "127.0.0.1:0");
    settings.put("identity.tokens.secret", SECRET);
    settings.put("identity.tokens.clock-skew", "0s");
    settings.put("identity.cookie", "__Host-session");
    settings.put(
        "identity.keys",
        """
        - {name: backend, id: %s, hash: "%s", tickets: true}
        - {name: publisher, id: %s, hash: "%s", publish: ["**"]}
        """
            .formatted(BACKEND.id(), BACKEND.hash(), PUBLISHER.id(), PUBLISHER.hash()));
    settings.put(
        "rules",
        """
        "users/{sub}/**": {subscribe: subject}
        "public/**": {subscribe: anyone, publish: authenticated}
        "members/**": {subscribe: authenticated}
        """);
    settings.put("limits.attempts", "none");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    server = SluiceServer.start(Settings.of(settings));
  }

  static String token(String subject, Duration ttl, String... roles) {
    return Tokens.sign(
        TOKENS, Tokens.Contents.of(subject, ttl).withRoles(Set.of(roles)), Instant.now());
  }

  static String token(String subject) {
    return token(subject, Duration.ofHours(1));
  }

  static Consumer<HttpRequest.Builder> bearer(String text) {
    return request -> request.header("Authorization", "Bearer " + text);
  }

  static void anonymous(HttpRequest.Builder request) {
    // says nothing of who it is
  }

  static Consumer<HttpRequest.Builder> post(String bearer, String body) {
    return bearer(bearer).andThen(request -> request.POST(BodyPublishers.ofString(body)));
  }

  static Consumer<HttpRequest.Builder> patch(Consumer<HttpRequest.Builder> who, String body) {
    return who.andThen(request -> request.method("PATCH", BodyPublishers.ofString(body)));
  }

  static JsonNode json(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body()) {
      return Json.MAPPER.readTree(body.readAllBytes());
    }
  }

  /** The status and the problem's code. */
  static String code(HttpResponse<InputStream> response) throws IOException {
    return response.statusCode() + " " + json(response).path("code").asString("-");
  }

  SluiceServer server() {
    return server;
  }

  HttpResponse<InputStream> send(String path, Consumer<HttpRequest.Builder> who)
      throws IOException, InterruptedException {
    return LiveStream.send(server, path, who);
  }

  LiveStream open(String path, Consumer<HttpRequest.Builder> who)
      throws IOException, InterruptedException {
    return LiveStream.open(server, path, who);
  }

  String ticket(String bearer, String body) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = send("/tickets", post(bearer, body));
    JsonNode json = json(response);
    assertThat(response.statusCode()).as(json.toString()).isEqualTo(200);
    return json.get("ticket").asString();
  }

  /** How many streams are open. */
  int streams() {
    return server.hub().streams().size();
  }

  @Override
  public void close() {
    server.close();
  }
}
