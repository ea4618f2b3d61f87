package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice publish} against a hub that fails as asked. */
@Timeout(60)
class PublishCommandIT {

  private final List<Duration> pauses = new ArrayList<>();
  private final IdempotentHub hub = new IdempotentHub();

  @Test
  void dataIsPublishedAsOneEventAndItsIdPrinted() throws IOException {
    FakeServer.Answer answer = FakeServer.status(200, "application/json", "{\"id\":\"k3f9-18\"}");
    try (FakeServer server = new FakeServer(answer)) {
      CommandRun run =
          publish(
              server,
              "",
              "stocks/AAPL",
              "187.2",
              "--type",
              "price é",
              "--key",
              "AAPL",
              "--idempotency-key",
              "k1");
      assertThat(run).isEqualTo(new CommandRun(0, "k3f9-18" + System.lineSeparator(), ""));
      FakeServer.Request request = server.requests().getFirst();
      assertThat(request.target()).isEqualTo("/events/stocks/AAPL?type=price+%C3%A9&key=AAPL");
      assertThat(request.idempotencyKey()).isEqualTo("k1");
    }
  }

  @Test
  void refusedEventIsAFailureWithTheServersReason() throws IOException {
    FakeServer.Answer refusal =
        FakeServer.problem(413, ",\"code\":\"too-large\",\"detail\":\"event has 2 MiB\"");
    try (FakeServer server = new FakeServer(refusal)) {
      CommandRun run = publish(server, "", "news", "x");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("event has 2 MiB (HTTP 413)");
    }
  }

  @Test
  void singleEventIsNotTriedAgain() throws IOException {
    String url;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = "http://127.0.0.1:" + free.getLocalPort();
    }
    CommandRun run = CommandRun.of(command(""), CommandRun.at(url, "news", "x"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).containsIgnoringCase("can't publish to " + url + ": connection refused");
    assertThat(pauses).isEmpty();
  }

  @Test
  void everyLineOfInputIsAnEvent() throws IOException {
    try (FakeServer server = new FakeServer(hub)) {
      CommandRun run = publish(server, "one\n\ntwo\r\nthree \"é\"", "logs/app", "--type", "t");
      assertThat(hub.published).containsExactly("one", "", "two", "three \"é\"");
      assertThat(hub.lastEvent.path("channel").asString()).isEqualTo("logs/app");
      assertThat(hub.lastEvent.path("type").asString()).isEqualTo("t");
      assertThat(hub.lastEvent.has("key")).isFalse();
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("published 4 events to logs/app, refused 0");
    }
  }

  @Test
  void idsOfLinesArePrintedAsJsonWithTheirNumbers() throws IOException {
    try (FakeServer server = new FakeServer(hub)) {
      CommandRun run = publish(server, "a\nb\n", "news", "--json");
      assertThat(run.out().lines())
          .containsExactly("{\"line\":1,\"id\":\"e-1\"}", "{\"line\":2,\"id\":\"e-2\"}");
    }
  }

  @Test
  void lineIsPublishedBeforeTheNextOneComes() throws Exception {
    try (FakeServer server = new FakeServer(hub);
        PipedOutputStream writer = new PipedOutputStream();
        PipedInputStream input = new PipedInputStream(writer)) {
      CompletableFuture<CommandRun> run =
          CommandRun.inBackground(
              () -> CommandRun.of(command(input), CommandRun.at(server.url(), "news")));
      for (String line : List.of("first", "second", "third")) {
        writer.write((line + "\n").getBytes(UTF_8));
        writer.flush();
        assertThat(hub.arrived.take()).isEqualTo(line);
      }
      writer.close();
      assertThat(run.get().exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverFailsEachLineIsPublishedOnceAndInOrder(long seed) throws IOException {
    Random random = new Random(seed);
    int count = 5000;
    List<String> lines =
        IntStream.range(0, count).mapToObj(i -> "line " + i + "x".repeat(i % 50)).toList();
    hub.faults = () -> Fault.values()[random.nextInt(Fault.values().length)];
    try (FakeServer server = new FakeServer(hub)) {
      CommandRun run = publish(server, String.join("\n", lines) + "\n", "news");
      assertThat(hub.published).isEqualTo(lines);
      assertThat(run.err()).contains("published " + count + " events");
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void refusedLinesAreReportedByNumberAndSkipped() throws IOException {
    hub.refuses = data -> data.startsWith("bad");
    try (FakeServer server = new FakeServer(hub)) {
      CommandRun run = publish(server, "bad 1\na\nb\nbad 2\nbad 3\nc\nbad 4", "news");
      assertThat(hub.published).containsExactly("a", "b", "c");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .contains(
              "line 1 was refused: it is bad",
              "line 4 was refused: it is bad",
              "line 5 was refused: it is bad",
              "line 7 was refused: it is bad",
              "published 3 events to news, refused 4");
    }
  }

  @Test
  void refusalOfAllEndsTheCommand() throws IOException {
    try (FakeServer server =
        new FakeServer(FakeServer.problem(401, ",\"detail\":\"a token is needed\""))) {
      CommandRun run = publish(server, "a\nb\n", "news");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("a token is needed (HTTP 401)");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void tokenIsShownAndRefusalOfItsOwnerEndsTheCommandAtTheFirstLine() throws IOException {
    FakeServer.Answer denied =
        FakeServer.problem(403, ",\"line\":1,\"detail\":\"alice may not publish to news\"");
    try (FakeServer server = new FakeServer(denied)) {
      CommandRun run = publish(server, "a\nb\nc\n", "news", "--token", "hush.hush");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .contains("alice may not publish to news (HTTP 403)")
          .doesNotContain("hush", "line 1");
      assertThat(server.requests())
          .extracting(FakeServer.Request::authorization)
          .containsExactly("Bearer hush.hush");
    }
  }

  @Test
  void tooManyEventsAreSentAgainWhenTheHubWantsThem() throws IOException {
    FakeServer.Answer tooMany =
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "7");
          FakeServer.problem(429, ",\"line\":1,\"detail\":\"10 a second\"").to(exchange);
        };
    try (FakeServer server = new FakeServer(tooMany, hub)) {
      CommandRun run = publish(server, "a\nb\n", "news");
      assertThat(run.exitCode()).isZero();
      assertThat(hub.published).containsExactly("a", "b");
      assertThat(pauses)
          .singleElement()
          .matches(pause -> pause.compareTo(Duration.ofSeconds(7)) >= 0);
    }
  }

  @Test
  void bytesThatAreNotUtf8AreReplacedAndToldOnce() throws IOException {
    InputStream input =
        new ByteArrayInputStream(new byte[] {'a', (byte) 0xFF, '\n', (byte) 0xC3, '\n', 'b', '\n'});
    try (FakeServer server = new FakeServer(hub)) {
      CommandRun run = CommandRun.of(command(input), CommandRun.at(server.url(), "news"));
      assertThat(hub.published).containsExactly("a\uFFFD", "\uFFFD", "b");
      assertThat(run.err()).containsOnlyOnce("isn't valid UTF-8").contains("line 1 ");
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void keyOfTheUserMakesASecondRunPublishNothing() throws IOException {
    try (FakeServer server = new FakeServer(hub)) {
      publish(server, "a\nb\n", "news", "--idempotency-key", "import-7");
      CommandRun again = publish(server, "a\nb\nc\n", "news", "--idempotency-key", "import-7");
      assertThat(hub.published).containsExactly("a", "b", "c");
      assertThat(again.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a//b x",
        "stocks/* x",
        "news x y",
        "news x --url nowhere",
        "news x --idempotency-key é"
      })
  void wrongUsageIsExitCodeTwo(String arguments) {
    CommandRun run = CommandRun.of(command(""), arguments.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isNotEmpty();
  }

  private CommandRun publish(FakeServer server, String input, String... arguments) {
    return CommandRun.of(command(input), CommandRun.at(server.url(), arguments));
  }

  private PublishCommand command(String input) {
    return command(new ByteArrayInputStream(input.getBytes(UTF_8)));
  }

  private PublishCommand command(InputStream input) {
    return new PublishCommand(input, new Random(1), pauses::add);
  }

  /** What may happen to a request. */
  private enum Fault {
    NONE,
    UNAVAILABLE,
    CUT_BEFORE_ANY,
    CUT_AFTER_HALF,
    CUT_AFTER_ALL,
    CUT_IN_THE_ANSWER
  }

  private interface Faults {
    Fault next();
  }

  private interface Refuses {
    boolean data(String data);
  }

  /** Publishes NDJSON as hubs do: every key and place in a request once. */
  private static final class IdempotentHub implements FakeServer.Answer {

    private final List<String> published = new ArrayList<>();
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private final Map<String, String> idsByKey = new HashMap<>();
    private Faults faults = () -> Fault.NONE;
    private Refuses refuses = data -> false;
    private JsonNode lastEvent = JsonMapper.shared().createObjectNode();

    @Override
    public synchronized void to(HttpExchange exchange) throws IOException {
      String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      List<String> lines =
          new String(exchange.getRequestBody().readAllBytes(), UTF_8).lines().toList();
      Fault fault = faults.next();
      switch (fault) {
        case UNAVAILABLE -> FakeServer.problem(503, ",\"detail\":\"restarting\"").to(exchange);
        case CUT_BEFORE_ANY -> exchange.close();
        case CUT_AFTER_HALF -> {
          append(key, lines.subList(0, lines.size() / 2));
          exchange.close();
        }
        case CUT_AFTER_ALL -> {
          append(key, lines);
          exchange.close();
        }
        case NONE, CUT_IN_THE_ANSWER -> {
          String answer = append(key, lines);
          if (answer.startsWith("{\"line\":1,")) {
            FakeServer.problem(400, ",\"line\":1,\"detail\":\"it is bad\"").to(exchange);
            return;
          }
          byte[] bytes = answer.getBytes(UTF_8);
          int announced = fault == Fault.NONE ? bytes.length : bytes.length + 10;
          exchange.sendResponseHeaders(200, announced);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        }
      }
    }

    private String append(String key, List<String> lines) {
      StringBuilder answer = new StringBuilder();
      for (int i = 0; i < lines.size(); i++) {
        JsonNode event = JsonMapper.shared().readTree(lines.get(i));
        String data = event.path("data").asString();
        if (refuses.data(data)) {
          return answer + "{\"line\":" + (i + 1) + ",\"detail\":\"it is bad\"}\n";
        }
        String id = idsByKey.computeIfAbsent(key + '/' + i, newKey -> publish(event, data));
        answer.append("{\"id\":\"").append(id).append("\"}\n");
      }
      return answer.toString();
    }

    private String publish(JsonNode event, String data) {
      published.add(data);
      arrived.add(data);
      lastEvent = event;
      return "e-" + published.size();
    }
  }
}
