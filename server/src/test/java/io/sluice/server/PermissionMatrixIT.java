package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.ApiKeys;
import io.sluice.access.Grants;
import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import io.sluice.access.Tokens;
import io.sluice.event.ChannelPattern;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every identity tries every action under every rule, and each cell is a real request. */
class PermissionMatrixIT {

  private static final String SECRET = "a secret of the matrix with more than 32 bytes";
  private static final ApiKeys.Generated KEY = ApiKeys.generate();

  private static final String RULES =
      """
      "public/**": {subscribe: anyone, publish: authenticated}
      "members/**": {subscribe: authenticated, publish: nobody, history: "role:staff"}
      "users/{sub}/inbox": {subscribe: subject, publish: authenticated}
      "users/{sub}/**": {subscribe: subject, publish: "role:service"}
      "tenants/{claim.tenant}/**": {subscribe: subject, publish: subject}
      "staff/**": {subscribe: "role:staff", publish: "role:staff,scope:write"}
      "sealed/**": {subscribe: nobody, publish: nobody}
      """;

  // s: may subscribe, p: may publish, h: may read history, -: none of them.
  private static final String MATRIX =
      """
      channel              nobody alice bob   staff writer service grant key   operator
      public/news          sh     sph   sph   sph   sph    sph     sph   sph   sph
      members/lounge       -      s     s     sh    s      s       s     s     s
      users/alice/inbox    -      sph   p     p     p      p       p     p     p
      users/alice/orders   -      sh    -     -     -      p       -     -     -
      users/bob/orders     -      -     sh    -     -      p       -     -     -
      tenants/red/a/b      -      sph   -     -     -      -       -     -     -
      tenants/blue/a/b     -      -     sph   -     -      -       -     -     -
      staff/room           -      -     -     sph   p      -       -     -     -
      sealed/box           -      -     -     -     -      -       sh    p     -
      elsewhere            -      -     -     -     -      -       sh    -     -
      """;

  // Whether a subscription to the pattern is allowed.
  private static final String PATTERNS =
      """
      pattern              nobody alice bob   staff writer service grant key   operator
      public/**            y      y     y     y     y      y       y     y     y
      public/*             y      y     y     y     y      y       y     y     y
      members/**           n      y     y     y     y      y       y     y     y
      users/alice/**       n      y     n     n     n      n       n     n     n
      users/@me/**         n      y     y     y     y      y       y     n     y
      users/*/orders       n      n     n     n     n      n       n     n     n
      users/**             n      n     n     n     n      n       n     n     n
      tenants/red/**       n      y     n     n     n      n       n     n     n
      tenants/**           n      n     n     n     n      n       n     n     n
      sealed/*             n      n     n     n     n      n       y     n     n
      **                   n      n     n     n     n      n       n     n     n
      */**                 n      n     n     n     n      n       n     n     n
      *                    n      n     n     n     n      n       n     n     n
      """;

  private static final Map<String, String> BEARERS = new HashMap<>();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static SluiceServer server;

  @BeforeAll
  static void start() throws IOException {
    TokenOptions tokens = TokenOptions.of(KeyOptions.NONE.withSecret(SECRET));
    BEARERS.put("alice", sign(tokens, contents("alice").withClaims(Map.of("tenant", "red"))));
    BEARERS.put(
        "bob", sign(tokens, contents("bob").withClaims(Map.of("tenant", List.of("blue", "*")))));
    BEARERS.put("staff", sign(tokens, contents("sam").withRoles(Set.of("staff"))));
    BEARERS.put("writer", sign(tokens, contents("wim").withScopes(Set.of("write"))));
    BEARERS.put("service", sign(tokens, contents("svc").withRoles(Set.of("service"))));
    BEARERS.put(
        "grant",
        sign(
            tokens,
            contents("gus")
                .withGrants(
                    new Grants(
                        List.of(
                            ChannelPattern.parse("sealed/*"), ChannelPattern.parse("elsewhere")),
                        List.of()))));
    BEARERS.put("key", KEY.text());
    BEARERS.put("operator", sign(tokens, contents("otto").withRoles(Set.of("operator"))));
    server =
        SluiceServer.start(
            Settings.of(
                Map.of(
                    "listen",
                    "127.0.0.1:0",
                    "identity.tokens.secret",
                    SECRET,
                    "identity.keys",
                    "[{name: machine, id: "
                        + KEY.id()
                        + ", hash: \""
                        + KEY.hash()
                        + "\", publish: [\"sealed/**\"]}]",
                    "rules",
                    RULES,
                    "limits.attempts",
                    "none",
                    "limits.connections-per-address",
                    "1000",
                    "limits.connections-per-subject",
                    "1000")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Tokens.Contents contents(String subject) {
    return Tokens.Contents.of(subject, Duration.ofHours(1));
  }

  private static String sign(TokenOptions tokens, Tokens.Contents contents) {
    return Tokens.sign(tokens, contents, Instant.now());
  }

  private static HttpResponse<InputStream> send(String who, HttpRequest.Builder request)
      throws Exception {
    if (!who.equals("nobody")) {
      request.header("Authorization", "Bearer " + BEARERS.get(who));
    }
    return CLIENT.send(request.build(), BodyHandlers.ofInputStream());
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.address().getPort() + path));
  }

  private static boolean allows(String who, HttpRequest.Builder request) throws Exception {
    HttpResponse<InputStream> response = send(who, request);
    try (InputStream body = response.body()) {
      if (response.statusCode() == 200) {
        return true;
      }
      String problem = new String(body.readAllBytes(), UTF_8);
      int expected = who.equals("nobody") ? 401 : 403;
      assertThat(response.statusCode()).as("%s: %s", who, problem).isEqualTo(expected);
      assertThat(problem)
          .contains(
              expected == 401
                  ? "\"code\":\"authentication-required\""
                  : "\"code\":\"forbidden-channel\"");
      return false;
    }
  }

  @Test
  void everyIdentityMayDoWithEveryChannelWhatTheRulesAndItsGrantsSay() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> rows = MATRIX.lines().toList();
    String[] whom = rows.getFirst().split(" +", -1);
    for (int row = 1; row < rows.size(); row++) {
      String[] cells = rows.get(row).split(" +", -1);
      String channel = cells[0];
      for (int i = 1; i < cells.length; i++) {
        String may =
            (allows(whom[i], to("/events/" + channel)) ? "s" : "")
                + (allows(whom[i], to("/events/" + channel).POST(BodyPublishers.ofString("x")))
                    ? "p"
                    : "")
                + (allows(whom[i], to("/history/" + channel)) ? "h" : "");
        String found = may.isEmpty() ? "-" : may;
        if (!found.equals(cells[i])) {
          wrong.add(whom[i] + " and " + channel + ": " + found + ", not " + cells[i]);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void noPatternReachesMoreThanItsSubscriberMayHave() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> rows = PATTERNS.lines().toList();
    String[] whom = rows.getFirst().split(" +", -1);
    for (int row = 1; row < rows.size(); row++) {
      String[] cells = rows.get(row).split(" +", -1);
      for (int i = 1; i < cells.length; i++) {
        boolean may = allows(whom[i], to("/events?channel=" + cells[0]));
        if (may != cells[i].equals("y")) {
          wrong.add(whom[i] + " and " + cells[0] + ": " + may);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aSubscriptionOfWhichOneChannelIsDeniedIsRefusedWholeAndNamesIt() throws Exception {
    HttpResponse<InputStream> response =
        send("alice", to("/events?channel=public/news&channel=sealed/box"));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(new String(response.body().readAllBytes(), UTF_8))
        .contains("sealed/box")
        .doesNotContain("public/news");
  }

  @Test
  void oneForbiddenEventKeepsAWholeArrayFromBeingPublished() throws Exception {
    String before = newest();
    HttpResponse<InputStream> response =
        send(
            "alice",
            to("/publish")
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "[{\"channel\":\"public/a\",\"data\":\"1\"},"
                            + "{\"channel\":\"sealed/box\",\"data\":\"2\"}]")));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(newest()).isEqualTo(before);
  }

  private static String newest() {
    return server.hub().newest().toString();
  }

  @Test
  void linesBeforeAForbiddenOneArePublishedAndTheAnswerSaysWhichItWas() throws Exception {
    HttpResponse<InputStream> response =
        send(
            "alice",
            to("/publish")
                .header("Content-Type", "application/x-ndjson")
                .POST(
                    BodyPublishers.ofString(
                        """
                        {"channel":"public/a","data":"1"}
                        {"channel":"public/a","data":"2"}
                        {"channel":"sealed/box","data":"3"}
                        {"channel":"public/a","data":"4"}
                        """)));

    List<String> answers = new String(response.body().readAllBytes(), UTF_8).lines().toList();
    assertThat(answers).hasSize(3);
    assertThat(answers.get(0)).contains("\"id\"");
    assertThat(answers.get(1)).contains("\"id\"");
    assertThat(answers.get(2)).contains("\"code\":\"forbidden-channel\"").contains("\"line\":3");
  }

  @Test
  void onlyOperatorsSeeTheHubItself() throws Exception {
    for (String path : List.of("/stats", "/metrics", "/connections", "/channels")) {
      for (String who : List.of("nobody", "alice", "key", "service")) {
        assertThat(send(who, to(path)).statusCode())
            .as("%s %s", who, path)
            .isEqualTo(who.equals("nobody") ? 401 : 403);
      }
      assertThat(send("operator", to(path)).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(send("nobody", to("/health/live")).statusCode()).isEqualTo(200);
    assertThat(send("nobody", to("/health/ready")).statusCode()).isEqualTo(200);
  }
}
