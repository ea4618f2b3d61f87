package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.access.ApiKeys;
import io.sluice.access.Grants;
import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import io.sluice.access.Tokens;
import io.sluice.event.ChannelPattern;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A guarded server, the backend of the application before it, and everybody who may come: each
 * shows in a way of their own who they are.
 */
final class Callers implements AutoCloseable {

  /** Nothing but the request itself says who makes it. */
  static final String NOBODY = "nobody";

  private static final String SECRET = "a secret of the matrix with more than 32 bytes";
  private static final TokenOptions TOKENS = TokenOptions.of(KeyOptions.NONE.withSecret(SECRET));
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final ApiKeys.Generated machine = ApiKeys.generate();
  private final ApiKeys.Generated expired = ApiKeys.generate();
  private final ApiKeys.Generated revoked = ApiKeys.generate();
  private final ApiKeys.Generated backend = ApiKeys.generate();
  private final Map<String, String> bearers = new HashMap<>();
  private final HttpServer application;
  private final SluiceServer server;

  Callers(String rules) throws Exception {
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    application.createContext("/whoami", Callers::whoIs);
    application.start();
    server =
        SluiceServer.start(
            Settings.of(
                Map.ofEntries(
                    Map.entry("listen", "127.0.0.1:0"),
                    Map.entry("identity.tokens.secret", SECRET),
                    Map.entry("identity.tokens.clock-skew", "0s"),
                    Map.entry("identity.cookie", "__Host-token"),
                    Map.entry("identity.query-token", "true"),
                    Map.entry(
                        "identity.session.url",
                        "http://127.0.0.1:" + application.getAddress().getPort() + "/whoami"),
                    Map.entry("identity.session.cookie", "sid"),
                    Map.entry("identity.keys", keys()),
                    Map.entry("rules", rules),
                    Map.entry("limits.attempts", "none"),
                    Map.entry("limits.connections-per-address", "10000"),
                    Map.entry("limits.connections-per-subject", "10000"))));
    good();
    bad();
  }

  private String keys() {
    return """
    - {name: machine, id: %s, hash: "%s", publish: ["sealed/**"]}
    - {name: old, id: %s, hash: "%s", publish: ["**"], expires: 2026-01-01T00:00:00Z}
    - {name: leaked, id: %s, hash: "%s", publish: ["**"]}
    - {name: backend, id: %s, hash: "%s", tickets: true}
    """
        .formatted(
            machine.id(),
            machine.hash(),
            expired.id(),
            expired.hash(),
            revoked.id(),
            revoked.hash(),
            backend.id(),
            backend.hash());
  }

  // The application's own sessions, as its backend answers for them.
  private static void whoIs(HttpExchange exchange) throws IOException {
    String cookie = exchange.getRequestHeaders().getFirst("Cookie");
    boolean known = "sid=of-alice".equals(cookie);
    byte[] answer = "{\"subject\":\"alice\",\"claims\":{\"tenant\":\"red\"}}".getBytes(UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(known ? 200 : 401, known ? answer.length : -1);
      if (known) {
        exchange.getResponseBody().write(answer);
      }
    }
  }

  private void good() {
    put("alice", contents("alice").withClaims(Map.of("tenant", "red")));
    put("bob", contents("bob").withClaims(Map.of("tenant", List.of("blue", "*"))));
    put("staff", contents("sam").withRoles(Set.of("staff")));
    put("writer", contents("wim").withScopes(Set.of("write")));
    put("service", contents("svc").withRoles(Set.of("service")));
    put(
        "grant",
        contents("gus")
            .withGrants(
                new Grants(
                    List.of(
                        ChannelPattern.parse("sealed/*"),
                        ChannelPattern.parse("elsewhere"),
                        ChannelPattern.parse("members/lounge/@presence")),
                    List.of())));
    put("operator", contents("otto").withRoles(Set.of("operator")));
    bearers.put("key", machine.text());
    bearers.put("backend", backend.text());
  }

  private void bad() throws Exception {
    bearers.put(
        "expired",
        Tokens.sign(
            TOKENS,
            Tokens.Contents.of("alice", Duration.ofMinutes(1)),
            Instant.now().minus(Duration.ofHours(1))));
    bearers.put(
        "forged",
        Tokens.sign(
            TokenOptions.of(KeyOptions.NONE.withSecret(SECRET + ", but another")),
            contents("alice"),
            Instant.now()));
    bearers.put("old-key", expired.text());
    bearers.put("unknown-key", ApiKeys.generate().text());
    bearers.put("leaked-key", revoked.text());
    put("revoked", contents("rita"));
    revoke("{\"subject\":\"rita\"}");
    revoke("{\"token\":\"slk_" + revoked.id() + "\"}");
  }

  private void revoke(String body) throws Exception {
    HttpResponse<InputStream> response =
        send("operator", to("/revocations").POST(BodyPublishers.ofString(body)));
    if (response.statusCode() != 200) {
      throw new AssertionError("not revoked: " + text(response));
    }
  }

  private static Tokens.Contents contents(String subject) {
    return Tokens.Contents.of(subject, Duration.ofHours(1));
  }

  private void put(String who, Tokens.Contents contents) {
    bearers.put(who, Tokens.sign(TOKENS, contents, Instant.now()));
  }

  SluiceServer server() {
    return server;
  }

  /** A request to the server. */
  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.address().getPort() + path));
  }

  /**
   * Sends a request as somebody.
   *
   * @param who {@link #NOBODY}; a name of the matrix; or how and who: {@code cookie:alice}, {@code
   *     query:alice}, {@code ticket:alice}, {@code confined:alice} (a ticket for {@code
   *     users/@me/**} alone), {@code vouched:alice} (a ticket that a backend has asked for), {@code
   *     session:of-alice}
   */
  HttpResponse<InputStream> send(String who, HttpRequest.Builder request) throws Exception {
    return CLIENT.send(showing(who, request).build(), BodyHandlers.ofInputStream());
  }

  private HttpRequest.Builder showing(String who, HttpRequest.Builder request) throws Exception {
    int colon = who.indexOf(':');
    String name = who.substring(colon + 1);
    return switch (colon < 0 ? who : who.substring(0, colon)) {
      case NOBODY -> request;
      case "cookie" -> request.header("Cookie", "__Host-token=" + bearers.get(name));
      case "session" -> request.header("Cookie", "sid=" + name);
      case "query" -> withParameter(request, "token=" + bearers.get(name));
      case "ticket" -> withParameter(request, "ticket=" + ticket(name, ""));
      case "confined" ->
          withParameter(request, "ticket=" + ticket(name, "{\"channels\":[\"users/@me/**\"]}"));
      case "vouched" ->
          withParameter(request, "ticket=" + ticket("backend", "{\"subject\":\"" + name + "\"}"));
      case "used" -> {
        String ticket = ticket(name, "");
        CLIENT
            .send(
                withParameter(to("/events/public/news"), "ticket=" + ticket).build(),
                BodyHandlers.ofInputStream())
            .body()
            .close();
        yield withParameter(request, "ticket=" + ticket);
      }
      default -> request.header("Authorization", "Bearer " + bearers.get(name));
    };
  }

  private static HttpRequest.Builder withParameter(HttpRequest.Builder request, String parameter) {
    URI uri = request.build().uri();
    String text = uri.toString();
    return request.uri(URI.create(text + (uri.getRawQuery() == null ? '?' : '&') + parameter));
  }

  private String ticket(String who, String body) throws Exception {
    HttpResponse<InputStream> response =
        send(who, to("/tickets").POST(BodyPublishers.ofString(body)));
    return Json.MAPPER.readTree(text(response)).get("ticket").asString();
  }

  static String text(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body()) {
      return new String(body.readAllBytes(), UTF_8);
    }
  }

  @Override
  public void close() {
    server.close();
    application.stop(0);
  }
}
