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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tokens, tickets, keys and revocations against a running server. */
class IdentityIT {

  private static final String SECRET = "a secret of this test that has more than 32 bytes";
  private static final TokenOptions TOKENS = TokenOptions.of(KeyOptions.NONE.withSecret(SECRET));
  private static final ApiKeys.Generated BACKEND = ApiKeys.generate();
  private static final ApiKeys.Generated PUBLISHER = ApiKeys.generate();

  private final List<SluiceServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(SluiceServer::close);
  }

  private SluiceServer start(String... more) throws IOException {
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
    SluiceServer server = SluiceServer.start(Settings.of(settings));
    servers.add(server);
    return server;
  }

  private static String token(String subject, Duration ttl, String... roles) {
    return Tokens.sign(
        TOKENS, Tokens.Contents.of(subject, ttl).withRoles(Set.of(roles)), Instant.now());
  }

  private static String token(String subject) {
    return token(subject, Duration.ofHours(1));
  }

  private static Consumer<HttpRequest.Builder> bearer(String text) {
    return request -> request.header("Authorization", "Bearer " + text);
  }

  private static void anonymous(HttpRequest.Builder request) {
    // says nothing of who it is
  }

  private static Consumer<HttpRequest.Builder> post(String bearer, String body) {
    return bearer(bearer).andThen(request -> request.POST(BodyPublishers.ofString(body)));
  }

  private static JsonNode json(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body()) {
      return Json.MAPPER.readTree(body.readAllBytes());
    }
  }

  private static String code(HttpResponse<InputStream> response) throws IOException {
    return response.statusCode() + " " + json(response).path("code").asString("-");
  }

  private static String ticket(SluiceServer server, String bearer, String body) throws Exception {
    HttpResponse<InputStream> response = LiveStream.send(server, "/tickets", post(bearer, body));
    JsonNode json = json(response);
    assertThat(response.statusCode()).as(json.toString()).isEqualTo(200);
    return json.get("ticket").asString();
  }

  // Expiry

  @Test
  void aStreamIsToldThatItsTokenHasExpiredAndEndsAndTheTokenIsRefusedFromThenOn() throws Exception {
    SluiceServer server = start();
    String token = token("ann", Duration.ofSeconds(2));
    try (LiveStream stream = LiveStream.open(server, "/events/users/@me/x", bearer(token))) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.block("expired")).contains("data: {\"reason\":\"token\"}");
      assertThat(stream.rest()).isEmpty();
    }
    assertThat(code(LiveStream.send(server, "/events/public/a", bearer(token))))
        .isEqualTo("401 token-expired");
    Awaitility.await().until(() -> server.hub().streams().size() == 0);
  }

  @Test
  void aTokenThatIsNoGoodIsRefusedAndNeverAnonymous() throws Exception {
    SluiceServer server = start();
    String forged =
        Tokens.sign(
            TokenOptions.of(KeyOptions.NONE.withSecret(SECRET.toUpperCase(Locale.ROOT))),
            Tokens.Contents.of("ann", Duration.ofHours(1)),
            Instant.now());

    assertThat(code(LiveStream.send(server, "/events/public/a", bearer(forged))))
        .isEqualTo("401 token-signature");
    assertThat(code(LiveStream.send(server, "/events/public/a", bearer("nonsense"))))
        .isEqualTo("401 token-malformed");
    assertThat(
            code(
                LiveStream.send(
                    server,
                    "/events/public/a",
                    request -> request.header("Authorization", "Basic YTpi"))))
        .isEqualTo("401 credentials-unknown-scheme");
  }

  // Cookies and queries

  @Test
  void aTokenMayComeInTheCookieThatTheSettingsName() throws Exception {
    SluiceServer server = start();
    Consumer<HttpRequest.Builder> cookie =
        request -> request.header("Cookie", "a=b; __Host-session=" + token("ann") + "; c=d");

    try (LiveStream stream = LiveStream.open(server, "/events/users/@me/x", cookie)) {
      assertThat(stream.block("connected").getLast()).contains("\"users/ann/x\"");
    }
  }

  @Test
  void twoCookiesOfTheNameThatDifferAreRefused() throws Exception {
    SluiceServer server = start();
    Consumer<HttpRequest.Builder> cookies =
        request ->
            request.header(
                "Cookie", "__Host-session=" + token("ann") + "; __Host-session=" + token("eve"));

    assertThat(code(LiveStream.send(server, "/events/public/a", cookies)))
        .isEqualTo("401 credentials-ambiguous");
  }

  @Test
  void tokensInUrlsAreOffUnlessAllowed() throws Exception {
    String path = "/events/users/ann/x?token=" + token("ann");

    assertThat(code(LiveStream.send(start(), path, IdentityIT::anonymous)))
        .isEqualTo("401 query-token-off");
    SluiceServer allowing = start("identity.query-token", "true");
    try (LiveStream stream = LiveStream.open(allowing, path, IdentityIT::anonymous)) {
      assertThat(stream.status()).isEqualTo(200);
    }
  }

  // Tickets

  @Test
  void aTicketOpensOneStreamAndASecondUseIsAClear401() throws Exception {
    SluiceServer server = start();
    String ticket = ticket(server, token("ann"), "");

    try (LiveStream stream =
        LiveStream.open(server, "/events/users/@me/x?ticket=" + ticket, IdentityIT::anonymous)) {
      assertThat(stream.status()).isEqualTo(200);
    }
    HttpResponse<InputStream> again =
        LiveStream.send(server, "/events/users/@me/x?ticket=" + ticket, IdentityIT::anonymous);
    JsonNode problem = json(again);
    assertThat(again.statusCode()).isEqualTo(401);
    assertThat(problem.get("code").asString()).isEqualTo("ticket-invalid");
    assertThat(problem.get("detail").asString()).contains("once").doesNotContain(ticket);
  }

  @Test
  void ofManyWhoRaceForATicketOneGetsTheStream() throws Exception {
    SluiceServer server = start();
    String ticket = ticket(server, token("ann"), "");
    List<Callable<Integer>> racers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      racers.add(
          () -> {
            try (LiveStream stream =
                LiveStream.open(
                    server, "/events/public/a?ticket=" + ticket, IdentityIT::anonymous)) {
              return stream.status();
            }
          });
    }
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Integer> racer : threads.invokeAll(racers)) {
        statuses.add(racer.get());
      }
    }
    assertThat(statuses).containsOnly(200, 401).containsOnlyOnce(200);
  }

  @Test
  void aTicketIsConfinedToTheChannelsThatWereAskedFor() throws Exception {
    SluiceServer server = start();
    String body = "{\"channels\":[\"users/@me/x\"]}";

    assertThat(
            code(
                LiveStream.send(
                    server,
                    "/events/members/a?ticket=" + ticket(server, token("ann"), body),
                    IdentityIT::anonymous)))
        .isEqualTo("403 forbidden-channel");
    try (LiveStream stream =
        LiveStream.open(
            server,
            "/events/users/ann/x?ticket=" + ticket(server, token("ann"), body),
            IdentityIT::anonymous)) {
      assertThat(stream.status()).isEqualTo(200);
    }
  }

  @Test
  void aBackendsKeyGetsTicketsForItsUsersAndNobodyElseDoes() throws Exception {
    SluiceServer server = start();
    String forBob = ticket(server, BACKEND.text(), "{\"subject\":\"bob\"}");

    try (LiveStream stream =
        LiveStream.open(server, "/events/users/@me/x?ticket=" + forBob, IdentityIT::anonymous)) {
      assertThat(stream.block("connected").getLast()).contains("\"users/bob/x\"");
    }
    for (String other : List.of(token("ann"), PUBLISHER.text())) {
      assertThat(code(LiveStream.send(server, "/tickets", post(other, "{\"subject\":\"bob\"}"))))
          .isEqualTo("403 forbidden-subject");
    }
    assertThat(
            code(
                LiveStream.send(
                    server,
                    "/tickets",
                    post(BACKEND.text(), "{\"subject\":\"bob\",\"roles\":[\"operator\"]}"))))
        .isEqualTo("403 forbidden-role");
  }

  @Test
  void aTicketIsGoodForStreamsAlone() throws Exception {
    SluiceServer server = start();
    String ticket = ticket(server, token("ann"), "");

    assertThat(
            code(
                LiveStream.send(
                    server, "/history/members/a?ticket=" + ticket, IdentityIT::anonymous)))
        .isEqualTo("401 ticket-for-stream");
  }

  // Revocation

  @Test
  void whatIsRevokedEndsWhatIsOpenAndRefusesWhatComes() throws Exception {
    SluiceServer server = start();
    String operator = token("otto", Duration.ofHours(1), "operator");
    String before = token("ann");
    try (LiveStream ann = LiveStream.open(server, "/events/users/@me/x", bearer(before));
        LiveStream bob = LiveStream.open(server, "/events/users/@me/x", bearer(token("bob")))) {
      ann.connection();
      bob.connection();

      HttpResponse<InputStream> revoked =
          LiveStream.send(server, "/revocations", post(operator, "{\"subject\":\"ann\"}"));

      assertThat(revoked.statusCode()).isEqualTo(200);
      assertThat(ann.block("expired")).contains("data: {\"reason\":\"revoked\"}");
      assertThat(code(LiveStream.send(server, "/events/public/a", bearer(before))))
          .isEqualTo("401 token-revoked");
      LiveStream.send(server, "/events/public/a", post(PUBLISHER.text(), "x"));
      assertThat(server.hub().streams().size()).isEqualTo(1);
    }
  }

  @Test
  void onlyOperatorsRevoke() throws Exception {
    SluiceServer server = start();

    assertThat(
            code(
                LiveStream.send(
                    server, "/revocations", post(token("ann"), "{\"subject\":\"bob\"}"))))
        .isEqualTo("403 operators-only");
  }

  // Connections

  @Test
  void aConnectionIsChangedAndClosedByItsOwnerAndByOperatorsAlone() throws Exception {
    SluiceServer server = start();
    String add = "{\"add\":{\"channels\":[\"members/a\"]}}";
    try (LiveStream stream = LiveStream.open(server, "/events/users/@me/x", bearer(token("ann")))) {
      String path = "/connections/" + stream.connection();

      assertThat(code(patch(server, path, bearer(token("eve")), add)))
          .isEqualTo("403 forbidden-connection");
      assertThat(code(patch(server, path, IdentityIT::anonymous, add)))
          .isEqualTo("401 authentication-required");
      assertThat(
              code(
                  patch(
                      server,
                      path,
                      bearer(token("ann")),
                      "{\"add\":{\"channels\":[\"users/eve/x\"]}}")))
          .isEqualTo("403 forbidden-channel");
      assertThat(patch(server, path, bearer(token("ann")), add).statusCode()).isEqualTo(200);
      assertThat(stream.block("subscription").getLast()).contains("members/a");
      assertThat(
              code(
                  LiveStream.send(
                      server, path, bearer(token("eve")).andThen(HttpRequest.Builder::DELETE))))
          .isEqualTo("403 forbidden-connection");
      assertThat(
              LiveStream.send(
                      server,
                      path,
                      bearer(token("otto", Duration.ofHours(1), "operator"))
                          .andThen(HttpRequest.Builder::DELETE))
                  .statusCode())
          .isEqualTo(204);
      assertThat(stream.rest()).doesNotContain("event:");
    }
  }

  @Test
  void anAnonymousConnectionIsChangedByWhoKnowsItsIdButGetsNothingThatItMayNotHave()
      throws Exception {
    SluiceServer server = start();
    try (LiveStream stream = LiveStream.open(server, "/events/public/a", IdentityIT::anonymous)) {
      String path = "/connections/" + stream.connection();

      assertThat(
              code(
                  patch(
                      server,
                      path,
                      bearer(token("ann")),
                      "{\"add\":{\"channels\":[\"members/a\"]}}")))
          .isEqualTo("401 authentication-required");
      assertThat(
              patch(server, path, IdentityIT::anonymous, "{\"add\":{\"channels\":[\"public/b\"]}}")
                  .statusCode())
          .isEqualTo(200);
    }
  }

  private static HttpResponse<InputStream> patch(
      SluiceServer server, String path, Consumer<HttpRequest.Builder> who, String body)
      throws Exception {
    return LiveStream.send(
        server,
        path,
        who.andThen(request -> request.method("PATCH", BodyPublishers.ofString(body))));
  }

  // Idempotency keys

  @Test
  void idempotencyKeysOfDifferentPublishersDontMeet() throws Exception {
    SluiceServer server = start();
    List<String> ids = new ArrayList<>();
    for (String who : List.of(token("ann"), token("bob"), token("ann"))) {
      Consumer<HttpRequest.Builder> keyed =
          post(who, "x").andThen(request -> request.header("Idempotency-Key", "1"));
      ids.add(json(LiveStream.send(server, "/events/public/a", keyed)).get("id").asString());
    }
    assertThat(ids.get(0)).isEqualTo(ids.get(2)).isNotEqualTo(ids.get(1));
  }

  // Limits

  @Test
  void aSubjectHasSoManyStreamsAndGetsOneBackWhenOneEnds() throws Exception {
    SluiceServer server = start("limits.connections-per-subject", "1");
    try (LiveStream first = LiveStream.open(server, "/events/public/a", bearer(token("ann")))) {
      assertThat(first.status()).isEqualTo(200);
      HttpResponse<InputStream> second =
          LiveStream.send(server, "/events/public/a", bearer(token("ann")));
      assertThat(second.statusCode()).isEqualTo(429);
      assertThat(second.headers().firstValue("Retry-After")).isPresent();
      try (LiveStream other = LiveStream.open(server, "/events/public/a", bearer(token("bob")))) {
        assertThat(other.status()).isEqualTo(200);
      }
    }
    Awaitility.await().until(() -> server.hub().streams().size() == 0);
    try (LiveStream again = LiveStream.open(server, "/events/public/a", bearer(token("ann")))) {
      assertThat(again.status()).isEqualTo(200);
    }
  }

  @Test
  void anAddressHasSoManyStreamsOnAnOpenHubToo() throws Exception {
    SluiceServer server =
        SluiceServer.start(
            Settings.of(Map.of("listen", "127.0.0.1:0", "limits.connections-per-address", "1")));
    servers.add(server);
    try (LiveStream first = LiveStream.open(server, "/events/a", IdentityIT::anonymous)) {
      assertThat(first.status()).isEqualTo(200);
      assertThat(code(LiveStream.send(server, "/events/a", IdentityIT::anonymous)))
          .isEqualTo("429 too-many-connections-from-address");
    }
  }

  @Test
  void whoTriesTooOftenIsToldWhenToTryAgain() throws Exception {
    SluiceServer server = start("limits.attempts", "3/min");
    for (int i = 0; i < 3; i++) {
      LiveStream.open(server, "/events/public/a", IdentityIT::anonymous).close();
    }
    HttpResponse<InputStream> refused =
        LiveStream.send(server, "/events/public/a", IdentityIT::anonymous);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(json(refused).get("code").asString()).isEqualTo("too-many-attempts");
  }

  @Test
  void refusalsThatWaitingHelpsAgainstMayComeOnAStream() throws Exception {
    SluiceServer server =
        start("limits.connections-per-subject", "1", "limits.refuse-streams", "stream");
    try (LiveStream first = LiveStream.open(server, "/events/public/a", bearer(token("ann")));
        LiveStream second = LiveStream.open(server, "/events/public/a", bearer(token("ann")))) {
      assertThat(first.status()).isEqualTo(200);
      assertThat(second.status()).isEqualTo(200);
      assertThat(second.rest())
          .startsWith("retry: ")
          .contains("event: rejected\ndata: {\"code\":\"too-many-connections-of-subject\"");
    }
    // What waiting doesn't help against stays a status.
    assertThat(code(LiveStream.send(server, "/events/members/a", IdentityIT::anonymous)))
        .isEqualTo("401 authentication-required");
  }

  @Test
  void aPublisherMayPublishSoMuch() throws Exception {
    SluiceServer server = start("limits.publishes", "2/min");
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      codes.add(code(LiveStream.send(server, "/events/public/a", post(token("ann"), "x"))));
    }
    assertThat(codes.subList(0, 2)).containsOnly("200 -");
    assertThat(codes.get(2)).startsWith("429 ");
    assertThat(LiveStream.send(server, "/events/public/a", post(token("bob"), "x")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void dataThatDoesntFitTheSchemaOfItsChannelIsRefusedAndNothingOfItsArrayIsPublished(
      @TempDir Path directory) throws Exception {
    Path schema = directory.resolve("order.json");
    Files.writeString(schema, "{\"type\":\"object\",\"required\":[\"id\"]}");
    SluiceServer server = start("schemas", "{\"public/orders\": \"" + schema + "\"}");
    Consumer<HttpRequest.Builder> array =
        post(
                token("ann"),
                "[{\"channel\":\"public/orders\",\"data\":{\"id\":1}},"
                    + "{\"channel\":\"public/orders\",\"data\":{\"no\":1}}]")
            .andThen(request -> request.header("Content-Type", "application/json"));

    HttpResponse<InputStream> refused = LiveStream.send(server, "/publish", array);

    JsonNode problem = json(refused);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(problem.get("code").asString()).isEqualTo("schema-violation");
    assertThat(problem.get("detail").asString()).startsWith("item 1: ").contains("id");
    assertThat(server.hub().newest().sequence()).isZero();
    assertThat(
            LiveStream.send(server, "/events/public/orders", post(token("ann"), "{\"id\":1}"))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void answersSayNoSecrets() throws Exception {
    SluiceServer server = start();
    String token = token("ann");
    String mangled = token.substring(0, token.length() - 4) + "AAAA";
    String key = BACKEND.text().substring(0, BACKEND.text().length() - 2) + "zz";
    for (String secret : List.of(mangled, key)) {
      HttpResponse<InputStream> refused =
          LiveStream.send(server, "/events/public/a", bearer(secret));
      String answer;
      try (InputStream body = refused.body()) {
        answer = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      }
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(answer).doesNotContain(secret.substring(secret.length() - 20));
    }
  }
}
