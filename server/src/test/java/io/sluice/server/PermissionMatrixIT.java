package io.sluice.server;

import static io.sluice.server.Callers.NOBODY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every identity tries every action under every rule, and each cell is a real request. */
class PermissionMatrixIT {

  private static final String RULES =
      """
      "public/**": {subscribe: anyone, publish: authenticated}
      "members/**": {subscribe: authenticated, publish: nobody, history: "role:staff", presence: "role:service"}
      "users/{sub}/inbox": {subscribe: subject, publish: authenticated}
      "users/{sub}/**": {subscribe: subject, publish: "role:service", presence: nobody}
      "tenants/{claim.tenant}/**": {subscribe: subject, publish: subject}
      "staff/**": {subscribe: "role:staff", publish: "role:staff,scope:write"}
      "sealed/**": {subscribe: nobody, publish: nobody}
      """;

  // s: may subscribe, p: may publish, h: may read history, w: may watch who is there, -: none.
  private static final String MATRIX =
      """
      channel              nobody alice bob   staff writer service grant key   operator
      public/news          shw    sphw  sphw  sphw  sphw   sphw    sphw  sphw  sphw
      members/lounge       -      s     s     sh    s      sw      sw    s     s
      users/alice/inbox    -      sphw  p     p     p      p       p     p     p
      users/alice/orders   -      sh    -     -     -      p       -     -     -
      users/bob/orders     -      -     sh    -     -      p       -     -     -
      tenants/red/a/b      -      sphw  -     -     -      -       -     -     -
      tenants/blue/a/b     -      -     sphw  -     -      -       -     -     -
      staff/room           -      -     -     sphw  p      -       -     -     -
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

  // The same person, shown in all ways. A ticket opens streams alone: its other cells are 401. One
  // that a backend asked for has no claims; one that is confined opens nothing else.
  private static final String WAYS =
      """
      channel              cookie:alice query:alice session:of-alice ticket:alice vouched:alice confined:alice
      public/news          sphw         sphw        sphw             sw           sw            -
      members/lounge       s            s           s                s            s             -
      users/alice/inbox    sphw         sphw        sphw             sw           sw            sw
      users/alice/orders   sh           sh          sh               s            s             s
      users/bob/orders     -            -           -                -            -             -
      tenants/red/a/b      sphw         sphw        sphw             sw           -             -
      tenants/blue/a/b     -            -           -                -            -             -
      staff/room           -            -           -                -            -             -
      sealed/box           -            -           -                -            -             -
      elsewhere            -            -           -                -            -             -
      """;

  private static Callers callers;

  @BeforeAll
  static void start() throws Exception {
    callers = new Callers(RULES);
  }

  @AfterAll
  static void stop() {
    callers.close();
  }

  /** The request that an action on a channel is. */
  private static HttpRequest.Builder request(char action, String channel) {
    return switch (action) {
      case 's' -> callers.to("/events/" + channel);
      case 'p' -> callers.to("/events/" + channel).POST(BodyPublishers.ofString("x"));
      case 'h' -> callers.to("/history/" + channel);
      case 'w' -> callers.to("/events/" + channel + "/@presence");
      default -> throw new IllegalArgumentException("no such action: " + action);
    };
  }

  private static boolean allows(String who, HttpRequest.Builder request) throws Exception {
    HttpResponse<InputStream> response = callers.send(who, request);
    if (response.statusCode() == 200) {
      response.body().close();
      return true;
    }
    String expected = "403 forbidden-channel";
    if (who.equals(NOBODY)) {
      expected = "401 authentication-required";
    } else if (isForTokensOnly(who, request)) {
      expected = "401 ticket-for-stream";
    }
    assertThat(refusal(response)).as(who).isEqualTo(expected);
    return false;
  }

  private static boolean isForTokensOnly(String who, HttpRequest.Builder request) {
    HttpRequest sent = request.build();
    return sent.uri().getQuery() != null
        && sent.uri().getQuery().contains("ticket=")
        && !who.startsWith("query:")
        && !(sent.method().equals("GET") && sent.uri().getPath().startsWith("/events"));
  }

  private static String refusal(HttpResponse<InputStream> response) throws Exception {
    String code =
        Json.MAPPER.readTree(Callers.text(response)).path("code").asString("without a code");
    return response.statusCode() + " " + code;
  }

  private static List<String> wrongCells(String matrix) throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> rows = matrix.lines().toList();
    String[] whom = rows.getFirst().split(" +", -1);
    for (int row = 1; row < rows.size(); row++) {
      String[] cells = rows.get(row).split(" +", -1);
      for (int i = 1; i < cells.length; i++) {
        StringBuilder may = new StringBuilder();
        for (char action : "sphw".toCharArray()) {
          if (allows(whom[i], request(action, cells[0]))) {
            may.append(action);
          }
        }
        String found = may.isEmpty() ? "-" : may.toString();
        if (!found.equals(cells[i])) {
          wrong.add(whom[i] + " and " + cells[0] + ": " + found + ", not " + cells[i]);
        }
      }
    }
    return wrong;
  }

  @Test
  void everyIdentityMayDoWithEveryChannelWhatTheRulesAndItsGrantsSay() throws Exception {
    assertThat(wrongCells(MATRIX)).isEmpty();
  }

  @Test
  void itMakesNoDifferenceHowSomebodyShowsWhoTheyAreButWhatATicketIsFor() throws Exception {
    assertThat(wrongCells(WAYS)).isEmpty();
  }

  @Test
  void noPatternReachesMoreThanItsSubscriberMayHave() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> rows = PATTERNS.lines().toList();
    String[] whom = rows.getFirst().split(" +", -1);
    for (int row = 1; row < rows.size(); row++) {
      String[] cells = rows.get(row).split(" +", -1);
      for (int i = 1; i < cells.length; i++) {
        boolean may = allows(whom[i], callers.to("/events?channel=" + cells[0]));
        if (may != cells[i].equals("y")) {
          wrong.add(whom[i] + " and " + cells[0] + ": " + may);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  // What was shown and is no good: not even what anyone may.
  @ParameterizedTest
  @CsvSource({
    "expired, token-expired",
    "cookie:expired, token-expired",
    "query:expired, token-expired",
    "forged, token-signature",
    "revoked, token-revoked",
    "cookie:revoked, token-revoked",
    "old-key, key-unknown",
    "unknown-key, key-unknown",
    "leaked-key, token-revoked",
    "session:of-nobody, session-refused"
  })
  void whoShowsWhatIsNoGoodMayDoNothingAtAll(String who, String code) throws Exception {
    for (String channel : List.of("public/news", "members/lounge", "users/alice/orders")) {
      for (char action : "sphw".toCharArray()) {
        assertThat(refusal(callers.send(who, request(action, channel))))
            .as("%s %s", action, channel)
            .isEqualTo("401 " + code);
      }
    }
    for (String path : List.of("/events?channel=public/**", "/connections", "/stats", "/metrics")) {
      assertThat(refusal(callers.send(who, callers.to(path)))).as(path).isEqualTo("401 " + code);
    }
    for (String path : List.of("/publish", "/tickets", "/revocations")) {
      HttpRequest.Builder post = callers.to(path).POST(BodyPublishers.ofString("{}"));
      assertThat(refusal(callers.send(who, post))).as(path).isEqualTo("401 " + code);
    }
  }

  @Test
  void aUsedTicketOpensNothingNotEvenWhatAnyoneMay() throws Exception {
    for (String channel : List.of("public/news", "users/alice/orders")) {
      assertThat(refusal(callers.send("used:alice", callers.to("/events/" + channel))))
          .isEqualTo("401 ticket-invalid");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/stats", "/metrics", "/connections", "/channels", "/channels/a"})
  void onlyOperatorsSeeTheHubItself(String path) throws Exception {
    for (String who : List.of("alice", "key", "service", "cookie:alice", "session:of-alice")) {
      assertThat(refusal(callers.send(who, callers.to(path)))).isEqualTo("403 operators-only");
    }
    assertThat(refusal(callers.send(NOBODY, callers.to(path))))
        .isEqualTo("401 authentication-required");
    assertThat(refusal(callers.send("ticket:operator", callers.to(path))))
        .isEqualTo("401 ticket-for-stream");
    for (String who : List.of("operator", "cookie:operator", "query:operator")) {
      HttpResponse<InputStream> response = callers.send(who, callers.to(path));
      assertThat(response.statusCode()).isIn(200, path.equals("/channels/a") ? 404 : 200);
      response.body().close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice", "key", "service", "session:of-alice"})
  void onlyOperatorsRevoke(String who) throws Exception {
    HttpRequest.Builder post =
        callers.to("/revocations").POST(BodyPublishers.ofString("{\"subject\":\"nobody\"}"));
    assertThat(refusal(callers.send(who, post))).isEqualTo("403 operators-only");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health/live",
        "/health/ready",
        "/openapi.yaml",
        "/client.js",
        "/client-worker.js",
        "/client.d.ts"
      })
  void whatAsksNobodyIsThereForAll(String path) throws Exception {
    for (String who : List.of(NOBODY, "alice", "expired", "forged", "unknown-key")) {
      HttpResponse<InputStream> response = callers.send(who, callers.to(path));
      assertThat(response.statusCode()).as(who).isEqualTo(200);
      response.body().close();
    }
  }

  // Whose stream it is, and who may change and close it.
  @ParameterizedTest
  @CsvSource({
    "alice, alice, 200",
    "alice, cookie:alice, 200",
    "alice, session:of-alice, 200",
    "alice, bob, 403 forbidden-connection",
    "alice, service, 403 forbidden-connection",
    "alice, key, 403 forbidden-connection",
    "alice, nobody, 401 authentication-required",
    "alice, expired, 401 token-expired",
    "alice, ticket:alice, 401 ticket-for-stream",
    "alice, operator, 200",
    "ticket:alice, alice, 200",
    "session:of-alice, alice, 200",
    "session:of-alice, bob, 403 forbidden-connection",
    "key, key, 200",
    "key, backend, 403 forbidden-connection",
    "nobody, nobody, 200",
    "nobody, bob, 200",
    "nobody, expired, 401 token-expired",
    "nobody, operator, 200"
  })
  void aConnectionIsChangedAndClosedByWhoseItIsAndByOperators(
      String owner, String who, String answer) throws Exception {
    String change = "{\"add\":{\"channels\":[\"public/more\"]}}";
    try (LiveStream stream =
        LiveStream.of(callers.send(owner, callers.to("/events/public/news")))) {
      String path = "/connections/" + stream.connection();
      for (HttpRequest.Builder request :
          List.of(
              callers.to(path).method("PATCH", BodyPublishers.ofString(change)),
              callers.to(path).DELETE())) {
        HttpResponse<InputStream> response = callers.send(who, request);
        if (answer.equals("200")) {
          assertThat(response.statusCode()).isIn(200, 204);
          response.body().close();
        } else {
          assertThat(refusal(response)).isEqualTo(answer);
        }
      }
    }
  }
}
