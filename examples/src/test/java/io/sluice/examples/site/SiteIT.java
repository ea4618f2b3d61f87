package io.sluice.examples.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SiteIT {

  @TempDir private Path data;

  private Site site;
  private final HttpClient client = HttpClient.newHttpClient();

  record Note(String text) {}

  @BeforeEach
  void open() throws IOException {
    site = started(Place.anywhere(data));
  }

  @AfterEach
  void close() {
    site.close();
    client.close();
  }

  private static Site started(Place place) throws IOException {
    Site opened =
        Site.open(
            new Site.Plan(
                SiteIT.class,
                "trial",
                place,
                Map.of("rules", "{\"notes/*\": {subscribe: \"role:reader\"}}"),
                name -> name.startsWith("r") ? Set.of("reader") : Set.of()));
    return opened
        .route("GET /api/me", request -> request.signedIn())
        .route("GET /api/query", Request::query)
        .route("GET /api/notes/*", Request::rest)
        .route("GET /api/breaks", request -> Map.of("1", 1 / Integer.parseInt("0")))
        .route("GET /api/later", request -> later())
        .route(
            "POST /api/notes/*",
            request ->
                opened
                    .publish(
                        request.idempotencyKey(),
                        Publication.of("notes/" + request.rest(), request.json(Note.class).text()))
                    .first()
                    .toString())
        .start();
  }

  private static Object later() {
    throw new Refusal(429, "too many").retryAfter(3);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    return client.send(
        request.uri(URI.create(site.origin() + path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    return send(headers.length == 0 ? request : request.headers(headers), path);
  }

  private HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder().POST(BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers), path);
  }

  private String signIn(String name) throws IOException, InterruptedException {
    HttpResponse<String> answer = post("/api/session", "{\"name\":\"" + name + "\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Lax");
    return cookie.substring(0, cookie.indexOf(';'));
  }

  @Test
  void pagesScriptsAndTheKitAreServedUnderAPolicyThatAllowsNoOther()
      throws IOException, InterruptedException {
    for (String path :
        new String[] {"/", "/kit.js", "/kit.css", "/client.js", "/client-worker.js"}) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.body()).as(path).isNotEmpty();
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'; script-src 'self';")
          .contains("connect-src 'self' " + site.hubOrigin() + ";")
          .doesNotContain("unsafe");
    }
    assertThat(get("/").headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(get("/../site/kit.js").statusCode()).isEqualTo(404);
    assertThat(get("/nothing.js").statusCode()).isEqualTo(404);
    assertThat(send(HttpRequest.newBuilder().HEAD(), "/").statusCode()).isEqualTo(200);
  }

  @Test
  void theCookieOfWhoSignsInIsGoodForTheApplicationAndItsHub()
      throws IOException, InterruptedException {
    assertThat(get("/api/me").statusCode()).isEqualTo(401);
    String reader = signIn("rita");
    String other = signIn("omar");

    assertThat(get("/api/me", "Cookie", "a=b; " + reader).body())
        .isEqualTo("{\"name\":\"rita\",\"roles\":[\"reader\"]}");
    assertThat(hub(reader)).isEqualTo(200);
    assertThat(hub(other)).isEqualTo(403);
    assertThat(get("/api/me", "Cookie", reader + "x").statusCode()).isEqualTo(401);
    assertThat(post("/api/session", "{\"name\":\"a/b\"}").body()).contains("'a/b'");
    assertThat(post("/api/session", "{}").statusCode()).isEqualTo(400);
    assertThat(post("/api/session", "name").statusCode()).isEqualTo(400);
  }

  private int hub(String cookie) throws IOException, InterruptedException {
    URI history = URI.create(site.hubOrigin() + "/history/notes/a");
    return client
        .send(
            HttpRequest.newBuilder(history).header("Cookie", cookie).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void whoIsSignedInStaysSoOverARestartAndWhatWasPublishedIsNeverThereTwice()
      throws IOException, InterruptedException {
    String reader = signIn("rita");
    String first = post("/api/notes/a", "{\"text\":\"one\"}", "Idempotency-Key", "k").body();

    site.close();
    site = started(Place.anywhere(data));

    assertThat(get("/api/me", "Cookie", reader).statusCode()).isEqualTo(200);
    assertThat(post("/api/notes/a", "{\"text\":\"one\"}", "Idempotency-Key", "k").body())
        .isEqualTo(first);
    assertThat(site.hub().newest().sequence()).isEqualTo(1);
  }

  @Test
  void routesGetWhatStandsInPathAndQuery() throws IOException, InterruptedException {
    assertThat(get("/api/notes/a%20b").body()).isEqualTo("\"a b\"");
    assertThat(get("/api/notes/").statusCode()).isEqualTo(404);
    assertThat(get("/api/notes/a/b").statusCode()).isEqualTo(404);
    assertThat(get("/api/query?a=1%262&a=3&b").body()).isEqualTo("{\"a\":\"1&2\"}");
    assertThat(post("/api/notes/a", "x".repeat(Request.MAX_BODY + 1)).statusCode()).isEqualTo(413);
  }

  @Test
  void whatIsRefusedOrFailsIsAProblem() throws IOException, InterruptedException {
    HttpResponse<String> later = get("/api/later");
    assertThat(later.statusCode()).isEqualTo(429);
    assertThat(later.headers().firstValue("Retry-After")).hasValue("3");
    assertThat(later.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(later.body()).contains("too many");
    HttpResponse<String> broken = get("/api/breaks");
    assertThat(broken.statusCode()).isEqualTo(500);
    assertThat(broken.body()).doesNotContain("zero");
  }

  @Test
  void pagesOfOthersMayDoNothing() throws IOException, InterruptedException {
    assertThat(post("/api/session", "{}", "Origin", "https://evil.example").statusCode())
        .isEqualTo(403);
    assertThat(get("/api/site", "Origin", site.origin()).statusCode()).isEqualTo(200);
  }

  @Test
  void healthIsTold() throws IOException, InterruptedException {
    assertThat(get("/health").body()).contains("\"status\":\"ok\"", "\"streams\":0");
  }

  @Test
  void theSecretIsNobodyElsesToRead() throws IOException {
    assertThat(Files.readString(data.resolve("secret.txt"), UTF_8)).hasSize(64);
    assertThat(Files.getPosixFilePermissions(data.resolve("secret.txt"))).hasSize(2);
  }
}
