package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Holds the description of the API against the server, and the server against the description. */
class OpenApiIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final OpenApi description = OpenApi.load();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Set<String> exercised = new TreeSet<>();
  private SluiceServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        SluiceServer.start(
            Settings.of(
                Map.of(
                    "listen",
                    "127.0.0.1:0",
                    "limits.event",
                    "1KiB",
                    "drain",
                    "0s",
                    "presence.channels",
                    "news")));
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    server.close();
  }

  @Test
  void everyOperationAnswersAsDescribed() throws Exception {
    publish();
    lookBack();
    String connection = subscribe();
    connections(connection);
    identity();
    operate();
    drain();

    assertThat(exercised.stream().map(one -> one.substring(0, one.lastIndexOf(' '))))
        .containsAll(description.operations());
  }

  private void publish() throws Exception {
    String events = "POST /events/{channel}";
    call(events, 200, "/events/news?type=t&key=k", "hello");
    call(events, 200, "/events/stocks/AAPL", "");
    call(events, 400, "/events/a//b", "hello");
    call(events, 400, "/events/news?type=gap", "hello");
    call(events, 413, "/events/news", "x".repeat(1025));

    String publish = "POST /publish";
    String json = "application/json";
    call(publish, 200, "/publish", json, "{\"channel\":\"news\",\"data\":{\"n\":1}}");
    call(
        publish,
        200,
        "/publish",
        json,
        "[{\"channel\":\"a\",\"data\":1},{\"channel\":\"b\",\"data\":\"\"}]");
    call(publish, 400, "/publish", json, "[{\"channel\":\"a\"}]");
    call(publish, 400, "/publish", json, "{");
    call(
        publish,
        413,
        "/publish",
        json,
        "{\"channel\":\"a\",\"data\":\"" + "x".repeat(1025) + "\"}");
    call(publish, 415, "/publish", "text/plain", "hello");
    String lines = "application/x-ndjson";
    call(publish, 200, "/publish", lines, "{\"channel\":\"a\",\"data\":1}\n{\"channel\":\"a\"}\n");
    call(publish, 400, "/publish", lines, "{}\n");
  }

  private void lookBack() throws Exception {
    String history = "GET /history/{channel}";
    call(history, 200, "/history/news?limit=10");
    call(history, 200, "/history/**?since=earliest&type=t");
    call(history, 200, "/history/news?since=1h");
    call(history, 200, "/history/news?lastEventId=other-7"); // has a gap
    call(history, 400, "/history/news?since=yesterday");
    call(history, 400, "/history/a//b");
    call("GET /presence/{channel}", 200, "/presence/news");
    call("GET /presence/{channel}", 404, "/presence/weather");
    call("GET /presence/{channel}", 400, "/presence/news/*");
    call("GET /channels", 200, "/channels?pattern=stocks/*&limit=5");
    call("GET /channels", 400, "/channels?limit=0");
    call("GET /channels/{channel}", 200, "/channels/stocks/AAPL");
    call("GET /channels/{channel}", 404, "/channels/none");
    call("GET /channels/{channel}", 400, "/channels/a//b");
  }

  /** Opens a stream that stays open until the client is shut down, and answers its id. */
  private String subscribe() throws Exception {
    call("GET /events", 400, "/events?channel=a//b");
    call("GET /events", 400, "/events?last=none");
    call("GET /events/{channel}", 400, "/events/news?heartbeat=none");
    call("GET /events", 400, "/events?batch=1h");
    call("GET /events/{channel}", 400, "/events/news?encoding=br");
    stream("GET /events/{channel}", "/events/news?batch=10ms&encoding=gzip&lastEventId=other-7");
    return stream("GET /events", "/events?channel=news&channel=stocks/*&type=t,message&last=1");
  }

  private void connections(String id) throws Exception {
    String path = "/connections/" + id;
    call("GET /connections", 200, "/connections");
    call("GET /connections", 400, "/connections?limit=many");
    call("GET /connections/{id}", 200, path);
    call("GET /connections/{id}", 404, "/connections/none");
    String change = "PATCH /connections/{id}";
    String json = "application/json";
    call(
        change,
        200,
        path,
        json,
        "{\"add\":{\"channels\":[\"weather\"]},\"remove\":{\"channels\":[\"news\"]},\"since\":\"earliest\"}");
    call(change, 400, path, json, "{\"add\":{\"channels\":[\"a//b\"]}}");
    call(change, 400, path, json, "{\"added\":{}}");
    call(change, 404, "/connections/none", json, "{}");
    call(change, 413, path, json, " ".repeat(70_000));
    call("DELETE /connections/{id}", 204, path);
    call("DELETE /connections/{id}", 404, "/connections/none");
  }

  private void identity() throws Exception {
    String json = "application/json";
    call("POST /tickets", 200, "/tickets", json, "");
    call("POST /tickets", 200, "/tickets", json, "{\"channels\":[\"news\"]}");
    call("POST /tickets", 400, "/tickets", json, "{\"channel\":\"news\"}");
    call("POST /tickets", 413, "/tickets", json, " ".repeat(70_000));
    call("POST /revocations", 409, "/revocations", json, "{\"subject\":\"42\"}");
  }

  private void operate() throws Exception {
    call("GET /stats", 200, "/stats");
    call("GET /health/live", 200, "/health/live");
    call("GET /health/ready", 200, "/health/ready");
    call("GET /metrics", 200, "/metrics");
    call("GET /openapi.yaml", 200, "/openapi.yaml");
    call("GET /client.js", 200, "/client.js");
    call("GET /client-worker.js", 200, "/client-worker.js");
    call("GET /client.d.ts", 200, "/client.d.ts");
    call("GET /page/{file}", 200, "/page/app.js");
    call("GET /page/{file}", 200, "/page/style.css");
    call("GET /page/{file}", 200, "/page/icon.svg");
    call("GET /page/{file}", 404, "/page/none.js");
    call("GET /", 200, "/");
    HttpRequest page = request("/").header("Accept", "text/html,*/*;q=0.8").build();
    HttpResponse<String> answer = client.send(page, BodyHandlers.ofString());
    verify("GET /", 200, answer, answer.body());
    assertThat(mediaType(answer)).isEqualTo("text/html");
  }

  // The listener stays open: only the hub drains.
  private void drain() throws Exception {
    server.hub().drain(Duration.ofSeconds(1));
    call("GET /health/ready", 503, "/health/ready");
    call("GET /", 200, "/");
    call("POST /events/{channel}", 503, "/events/news", "hello");
    call("POST /publish", 503, "/publish", "application/json", "{\"channel\":\"a\",\"data\":1}");
    call("GET /events", 200, "/events"); // ends by itself, with a retry
  }

  @Test
  void pagesOfOtherSitesAreRefusedEverywhereAsDescribed() throws Exception {
    for (String operation : description.operations()) {
      String target = operation.substring(operation.indexOf('/')).replaceAll("\\{[^}]*}", "news");
      HttpRequest request =
          request(target)
              .header("Origin", "https://elsewhere.example")
              .method(operation.substring(0, operation.indexOf(' ')), BodyPublishers.noBody())
              .build();
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      verify(operation, 403, answer, answer.body());
    }
  }

  @Test
  void everyRouteIsDescribedAndEveryDescriptionIsARoute() {
    try (Hub hub = Hub.open(HubOptions.DEFAULT)) {
      Settings settings = Settings.defaults();
      AccessParts parts = AccessParts.open(settings, InstantSource.system());
      Routes.Served served = new Routes.Served(hub, Map.of(), parts, new Metrics(hub, null), null);
      Routes routes = new Routes(settings, served, Instant.now());

      assertThat(nameless(description.operations())).isEqualTo(nameless(routes.operations()));
    }
  }

  @Test
  void theServerGivesOutItsOwnDescription() throws Exception {
    HttpResponse<String> answer =
        client.send(request("/openapi.yaml").build(), BodyHandlers.ofString());

    assertThat(OpenApi.parse(answer.body()).operations()).isEqualTo(description.operations());
  }

  @Test
  void examplesFitTheirSchemas() {
    assertThat(description.examples()).hasSizeGreaterThan(10);
    description
        .examples()
        .forEach(
            (place, example) ->
                assertThat(description.faults(example.schema(), example.value()))
                    .as(place)
                    .isEmpty());
  }

  private static Set<String> nameless(Set<String> operations) {
    return operations.stream()
        .map(operation -> operation.replaceAll("\\{[^}]*}", "{}"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.address().getPort() + target));
  }

  private void call(String operation, int status, String target) throws Exception {
    HttpRequest request =
        request(target)
            .method(operation.substring(0, operation.indexOf(' ')), BodyPublishers.noBody())
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    verify(operation, status, answer, answer.body());
  }

  private void call(String operation, int status, String target, String body) throws Exception {
    call(operation, status, target, "text/plain", body);
  }

  private void call(String operation, int status, String target, String type, String body)
      throws Exception {
    HttpRequest request =
        request(target)
            .header("Content-Type", type)
            .method(operation.substring(0, operation.indexOf(' ')), BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    verify(operation, status, answer, answer.body());
  }

  private String stream(String operation, String target) throws Exception {
    HttpResponse<InputStream> answer =
        client.send(request(target).build(), BodyHandlers.ofInputStream());
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (!line.startsWith("data: ")) {
      line = lines.readLine();
    }
    verify(operation, 200, answer, line);
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-cache, no-transform");
    assertThat(answer.headers().firstValue("X-Accel-Buffering")).hasValue("no");
    return JSON.readTree(line.substring("data: ".length())).get("connection").stringValue();
  }

  private void verify(String operation, int status, HttpResponse<?> answer, String body) {
    String call = answer.request().method() + " " + answer.uri() + " -> " + body;
    assertThat(answer.statusCode()).as(call).isEqualTo(status);
    exercised.add(operation + " " + status);
    Map<String, Object> response = description.response(operation, status);
    assertThat(response).as("description of %s with %s", operation, status).isNotNull();
    Map<String, Map<String, Object>> content = description.content(response);
    if (content.isEmpty()) {
      assertThat(body).as(call).isEmpty();
      return;
    }
    assertThat(content).as(call).containsKey(mediaType(answer));
    if (mediaType(answer).endsWith("json") && !mediaType(answer).endsWith("ndjson")) {
      @SuppressWarnings("unchecked")
      Map<String, Object> schema =
          (Map<String, Object>) content.get(mediaType(answer)).get("schema");
      assertThat(description.faults(schema, JSON.readValue(body, Object.class))).as(call).isEmpty();
    }
    if (status >= 400) {
      assertThat(JSON.readTree(body).get("status").asInt()).isEqualTo(status);
    }
    if (status == 503) {
      assertThat(answer.headers().firstValue("Retry-After")).as(call).isPresent();
    }
  }

  private static String mediaType(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type").orElse("none").split(";", 2)[0];
  }
}
