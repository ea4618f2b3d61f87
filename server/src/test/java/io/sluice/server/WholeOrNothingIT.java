package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests of which a part is allowed and another isn't. */
class WholeOrNothingIT {

  private static final String RULES =
      """
      "public/**": {subscribe: anyone, publish: authenticated}
      "sealed/**": {subscribe: nobody, publish: nobody}
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

  private static HttpResponse<InputStream> publish(String type, String body) throws Exception {
    return callers.send(
        "alice",
        callers.to("/publish").header("Content-Type", type).POST(BodyPublishers.ofString(body)));
  }

  @Test
  void aSubscriptionOfWhichOneChannelIsDeniedIsRefusedWholeAndNamesIt() throws Exception {
    HttpResponse<InputStream> response =
        callers.send("alice", callers.to("/events?channel=public/news&channel=sealed/box"));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(Callers.text(response)).contains("sealed/box").doesNotContain("public/news");
  }

  @Test
  void oneForbiddenEventKeepsAWholeArrayFromBeingPublished() throws Exception {
    String before = callers.server().hub().newest().toString();
    HttpResponse<InputStream> response =
        publish(
            "application/json",
            "[{\"channel\":\"public/a\",\"data\":\"1\"},{\"channel\":\"sealed/box\",\"data\":\"2\"}]");

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(callers.server().hub().newest()).hasToString(before);
  }

  @Test
  void linesBeforeAForbiddenOneArePublishedAndTheAnswerSaysWhichItWas() throws Exception {
    HttpResponse<InputStream> response =
        publish(
            "application/x-ndjson",
            """
            {"channel":"public/a","data":"1"}
            {"channel":"public/a","data":"2"}
            {"channel":"sealed/box","data":"3"}
            {"channel":"public/a","data":"4"}
            """);

    List<String> answers = Callers.text(response).lines().toList();
    assertThat(answers).hasSize(3);
    assertThat(answers.get(0)).contains("\"id\"");
    assertThat(answers.get(1)).contains("\"id\"");
    assertThat(answers.get(2)).contains("\"code\":\"forbidden-channel\"").contains("\"line\":3");
  }
}
