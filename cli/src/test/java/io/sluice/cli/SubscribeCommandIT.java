package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sluice subscribe} against servers that misbehave as asked. */
@Timeout(60)
class SubscribeCommandIT {

  private static final String CONNECTED =
      """
      retry: 1
      id: e-1
      event: connected
      data: {"channels":["news"],"heartbeat":15}

      """;
  private static final String RESUMED =
      """
      id: e-1
      event: connected
      data: {"channels":["news"],"heartbeat":15,"resumed":true}

      """;

  private final List<Duration> pauses = new ArrayList<>();

  @Test
  void eventsArePrintedAsJsonLinesUntilEnoughCame() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.silentAfter(
                CONNECTED
                    + "id: e-2\nevent: price\nchannel: news\ndata: a\ndata: \"b\"\n\n"
                    + "id: e-3\nchannel: other\ndata: c\u0007\u009b\n\n"
                    + "id: e-4\nchannel: other\ndata: too many\n\n"))) {
      CommandRun run = subscribe(server, "news", "other", "--json", "--count", "2");
      assertThat(run.out())
          .isEqualTo(
              """
              {"id":"e-2","channel":"news","type":"price","data":"a\\n\\"b\\""}
              {"id":"e-3","channel":"other","type":"message","data":"c\\u0007\\u009b"}
              """);
      assertThat(run.exitCode()).isZero();
      assertThat(server.requests().getFirst().target())
          .isEqualTo("/events?channel=news&channel=other");
    }
  }

  @Test
  void eventsAreShownToPeopleWithControlCharactersMadeVisible() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.silentAfter(
                CONNECTED
                    + "id: e-2\nevent: price\nchannel: news\ntime: 1000\ndata: one\n"
                    + "data: \u001b[2Jtwo\n\n"
                    + "event: gap\nid: e-99\ndata: {\"reason\":\"evicted\",\"after\":\"e-90\","
                    + "\"next\":\"e-100\",\"missed\":9}\n\n"
                    + "id: e-100\nchannel: news\ndata: last\n\n"))) {
      CommandRun run = subscribe(server, "news", "--count", "2");
      assertThat(run.out().lines())
          .satisfiesExactly(
              line -> assertThat(line).endsWith(":01.000  news  price  one"),
              line -> assertThat(line).isEqualTo("    \u241b[2Jtwo"),
              line ->
                  assertThat(line)
                      .endsWith("=== GAP: 9 missed after e-90, next e-100 (evicted) ==="),
              line -> assertThat(line).endsWith(":05.000  news  message  last"));
    }
  }

  @Test
  void cutStreamGoesOnAfterTheLastIdThatCameEvenFromAHeartbeat() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.cutAfter(
                CONNECTED + "id: e-2\ndata: a\n\nid: e-5\n\nid: e-6\ndata: unfinished\n"),
            FakeServer.stream(RESUMED + "id: e-6\ndata: b\n\n"),
            FakeServer.silentAfter("id: e-7\ndata: c\n\n"))) {
      CommandRun run = subscribe(server, "news", "--json", "--count", "3", "--since", "earliest");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out().lines().map(line -> line.replaceAll(".*\"data\":", "")))
          .containsExactly("\"a\"}", "\"b\"}", "\"c\"}");
      assertThat(server.requests())
          .extracting(FakeServer.Request::lastEventId)
          .containsExactly("", "e-5", "e-6");
      assertThat(server.requests())
          .extracting(FakeServer.Request::target)
          .containsExactly(
              "/events?channel=news&since=earliest",
              "/events?channel=news",
              "/events?channel=news");
      assertThat(run.err()).contains("the connection broke", "connected again, nothing was missed");
    }
  }

  @Test
  void firstConnectionBeginsWhereTheUserSays() throws IOException {
    try (FakeServer server = new FakeServer(FakeServer.status(204, "text/plain", ""))) {
      subscribe(server, "a/*", "--last", "3", "--type", "t,u", "--heartbeats");
      subscribe(server, "news", "--last-event-id", "k3f9-18");
      assertThat(server.requests())
          .extracting(FakeServer.Request::target)
          .containsExactly(
              "/events?channel=a%2F*&type=t%2Cu&heartbeat=event&last=3", "/events?channel=news");
      assertThat(server.requests().getLast().lastEventId()).isEqualTo("k3f9-18");
    }
  }

  @Test
  void serverThatEndsTheSubscriptionIsBelieved() throws IOException {
    try (FakeServer server =
        new FakeServer(FakeServer.stream(CONNECTED), FakeServer.status(204, "text/plain", ""))) {
      CommandRun run = subscribe(server, "news");
      assertThat(run.exitCode()).isZero();
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void serverThatEndsBeforeWhatWasExpectedIsAFailure() throws IOException {
    try (FakeServer server = new FakeServer(FakeServer.status(204, "text/plain", ""))) {
      CommandRun run = subscribe(server, "news", "--expect", "t");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("expected 1 of type t, saw 0");
    }
  }

  @Test
  void refusalEndsWithTheServersReason() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.problem(403, ",\"title\":\"Forbidden\",\"detail\":\"not for you\""))) {
      CommandRun run = subscribe(server, "news");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("refused: not for you (HTTP 403)");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void tokenIsShownOnEveryConnection() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.stream(CONNECTED), FakeServer.silentAfter(RESUMED + "data: a\n\n"))) {
      CommandRun run = subscribe(server, "news", "--count", "1", "--token", "hush.hush.hush");
      assertThat(server.requests())
          .extracting(FakeServer.Request::authorization)
          .containsExactly("Bearer hush.hush.hush", "Bearer hush.hush.hush");
      assertThat(run.out() + run.err()).doesNotContain("hush");
    }
  }

  @Test
  void tokenIsNotSentToWhereTheServerPoints() throws IOException {
    try (FakeServer other = new FakeServer(FakeServer.stream(CONNECTED));
        FakeServer server =
            new FakeServer(
                exchange -> {
                  exchange.getResponseHeaders().set("Location", other.url() + "/events");
                  FakeServer.status(307, "text/plain", "").to(exchange);
                })) {
      CommandRun run = subscribe(server, "news", "--token", "hush");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("redirects to " + other.url()).doesNotContain("hush");
      assertThat(other.requests()).isEmpty();
      subscribe(server, "news", "--no-reconnect");
      assertThat(other.requests()).hasSize(1);
    }
  }

  @Test
  void tokenThatIsRefusedLaterEndsItToo() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.stream(CONNECTED),
            FakeServer.problem(401, ",\"detail\":\"the token expired at noon\""))) {
      CommandRun run = subscribe(server, "news", "--token", "t");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("refused: the token expired at noon (HTTP 401)");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"token, the token has expired", "revoked, the token was revoked"})
  void streamWhoseTokenIsNoLongerGoodIsNotConnectedAgain(String reason, String told)
      throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.stream(
                CONNECTED + "event: expired\ndata: {\"reason\":\"" + reason + "\"}\n\n"))) {
      CommandRun run = subscribe(server, "news", "--token", "t");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("the server ends the stream: " + told);
      assertThat(server.requests()).hasSize(1);
      assertThat(subscribe(server, "news", "--expect", "expired").exitCode()).isZero();
    }
  }

  @Test
  void pageOfAnotherServerIsNoEventStream() throws IOException {
    try (FakeServer server = new FakeServer(FakeServer.status(200, "text/html", "<p>hi"))) {
      CommandRun run = subscribe(server, "news");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("answers with text/html, not with an event stream");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void busyServerIsAskedAgainNotBeforeItWants(int status) throws IOException {
    FakeServer.Answer busy =
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "7");
          FakeServer.problem(status, ",\"detail\":\"draining\"").to(exchange);
        };
    try (FakeServer server =
        new FakeServer(busy, busy, FakeServer.silentAfter(CONNECTED + "data: a\n\n"))) {
      CommandRun run = subscribe(server, "news", "--count", "1");
      assertThat(run.exitCode()).isZero();
      assertThat(pauses).hasSize(2).allMatch(pause -> pause.compareTo(Duration.ofSeconds(7)) >= 0);
      assertThat(run.err()).containsOnlyOnce("draining (HTTP " + status + ")");
    }
  }

  @Test
  void retryOfTheStreamIsTheShortestWait() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.stream("retry: 4321\nid: e-1\ndata: a\n\n"),
            FakeServer.silentAfter("data: b\n\n"))) {
      subscribe(server, "news", "--count", "2");
      assertThat(pauses)
          .singleElement()
          .matches(pause -> pause.toMillis() >= 4321 && pause.toMillis() <= 4321 + 500);
    }
  }

  @Test
  void rejectedStreamWaitsAsLongAsTheHubSays() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.stream(
                CONNECTED
                    + "event: rejected\n"
                    + "data: {\"code\":\"x\",\"detail\":\"too many\",\"retryAfter\":9}\n\n"),
            FakeServer.silentAfter("data: b\n\n"))) {
      CommandRun run = subscribe(server, "news", "--count", "1");
      assertThat(pauses)
          .singleElement()
          .matches(pause -> pause.compareTo(Duration.ofSeconds(9)) >= 0);
      assertThat(run.err()).contains("the server ends the stream: too many");
    }
  }

  @Test
  void connectionThatHasGoneSilentIsGivenUp() throws IOException {
    String lively = CONNECTED.replace("\"heartbeat\":15", "\"heartbeat\":0.02");
    try (FakeServer server =
        new FakeServer(
            FakeServer.silentAfter(lively), FakeServer.silentAfter("id: e-2\ndata: a\n\n"))) {
      CommandRun run = subscribe(server, "news", "--count", "1");
      assertThat(run.exitCode()).isZero();
      assertThat(run.err()).contains("nothing came for");
      assertThat(server.requests().getLast().lastEventId()).isEqualTo("e-1");
    }
  }

  @Test
  void timeThatIsOverIsAFailureThatTellsWhatCame() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.silentAfter(
                CONNECTED + "event: a\ndata: 1\n\nevent: b\ndata: 2\n\nevent: a\ndata: 3\n\n"))) {
      CommandRun run =
          subscribe(server, "news", "--expect", "b", "--count", "2", "--timeout", "3s");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("expected 2 of type b, saw 1 (a: 2, b: 1) within 3 s");
    }
  }

  @Test
  void hubsOwnEventsCountOnlyWhenAskedFor() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.silentAfter(
                CONNECTED + "event: gap\nid: e-9\ndata: {\"reason\":\"reset\"}\n\n"))) {
      assertThat(subscribe(server, "news", "--timeout", "300ms").exitCode()).isEqualTo(1);
      assertThat(subscribe(server, "news", "--expect", "gap").exitCode()).isZero();
      assertThat(subscribe(server, "news", "--expect", "connected").exitCode()).isZero();
    }
  }

  @Test
  void serverThatCannotBeReachedIsTriedUntilTheTimeIsOver() throws IOException {
    String url;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = "http://127.0.0.1:" + free.getLocalPort();
    }
    CommandRun run =
        CommandRun.of(
            new SubscribeCommand(new Random(1), Thread::sleep, InstantSource.system()),
            CommandRun.at(url, "news", "--timeout", "2s"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .containsIgnoringCase("can't reach " + url + ": connection refused")
        .contains("saw 0");
  }

  @Test
  void singleConnectionEndsAsTheServerEndsIt() throws IOException {
    try (FakeServer server =
        new FakeServer(
            FakeServer.stream(CONNECTED + "data: a\n\n"), FakeServer.cutAfter(CONNECTED))) {
      assertThat(subscribe(server, "news", "--no-reconnect").exitCode()).isZero();
      assertThat(subscribe(server, "news", "--no-reconnect").exitCode()).isEqualTo(1);
      assertThat(pauses).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a//b",
        "news --count 0",
        "news --last 0",
        "news --last 3 --since 5m",
        "news --timeout 5",
        "news --url localhost:8080",
        "news --url ftp://127.0.0.1",
        "news --last-event-id é",
        "news --nonsense"
      })
  void wrongUsageIsExitCodeTwo(String arguments) {
    CommandRun run = CommandRun.of(command(), arguments.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isNotEmpty();
  }

  private CommandRun subscribe(FakeServer server, String... arguments) {
    return CommandRun.of(command(), CommandRun.at(server.url(), arguments));
  }

  private SubscribeCommand command() {
    return new SubscribeCommand(new Random(1), pauses::add, () -> Instant.EPOCH.plusSeconds(5));
  }
}
