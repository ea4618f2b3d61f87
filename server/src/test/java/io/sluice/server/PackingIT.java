package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code ?batch=} and {@code ?encoding=gzip} through real sockets, over HTTP/1.1 and HTTP/2. */
class PackingIT {

  private static final String LARGE = "{\"rows\":[" + "\"tick\",\n".repeat(2000) + "0]}";
  private static final String MARKED = "gzip;base64,not really";

  private SluiceServer server;

  @BeforeEach
  void start() throws IOException {
    server = SluiceServer.start(Settings.of(Map.of("listen", "127.0.0.1:0", "drain", "0s")));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void publish(String channel, String data) {
    server.hub().publish(Publication.of(channel, "t", data)).join();
  }

  private static String data(List<String> block) {
    assertThat(block).anyMatch(line -> line.startsWith("data: "));
    return block.stream()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring("data: ".length()))
        .reduce((one, two) -> one + "\n" + two)
        .orElseThrow();
  }

  private static String decoded(String data) throws IOException {
    String marker = "gzip;base64,";
    if (!data.startsWith(marker)) {
      return data;
    }
    byte[] member = Base64.getDecoder().decode(data.substring(marker.length()));
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(member))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void batchesBringEveryEventOnceInOrderAcrossACut() throws Exception {
    String id;
    List<String> got = new ArrayList<>();
    try (LiveStream stream =
        LiveStream.open(server, "/events?channel=a&channel=b&batch=20ms", r -> {})) {
      stream.block("connected");
      for (int i = 0; i < 50; i++) {
        publish(i % 2 == 0 ? "a" : "b", "n" + i);
      }
      id = collect(stream.block("batch"), got);
    }
    for (int i = 50; i < 3000; i++) {
      publish(i % 2 == 0 ? "a" : "b", "n" + i);
    }
    try (LiveStream stream =
        LiveStream.open(
            server,
            "/events?channel=a&channel=b&batch=20ms",
            request -> request.header("Last-Event-ID", id))) {
      assertThat(data(stream.block("connected"))).contains("\"resumed\":true");
      while (got.size() < 3000) {
        collect(stream.block("batch"), got);
      }
    }
    for (int i = 0; i < 3000; i++) {
      assertThat(got.get(i)).isEqualTo((i % 2 == 0 ? "a" : "b") + " t n" + i);
    }
    assertThat(got).hasSize(3000);
  }

  /** Adds what a batch has, and returns its id. */
  private static String collect(List<String> block, List<String> got) throws IOException {
    JsonNode array = Json.MAPPER.readTree(data(block));
    String last = "";
    for (JsonNode each : array) {
      got.add(
          each.get("channel").asString()
              + ' '
              + each.get("type").asString()
              + ' '
              + decoded(each.get("data").asString()));
      last = each.get("id").asString();
    }
    assertThat(block).contains("id: " + last);
    return last;
  }

  @Test
  void largeDataComesCompressedLiveAndReplayed() throws Exception {
    try (LiveStream stream = LiveStream.open(server, "/events/a?encoding=gzip", r -> {});
        LiveStream plain = LiveStream.open(server, "/events/a", r -> {})) {
      assertThat(data(stream.block("connected"))).contains("\"encoding\":\"gzip\"");
      assertThat(data(plain.block("connected"))).doesNotContain("encoding");
      publish("a", LARGE);
      publish("a", MARKED);
      publish("a", "small");

      String large = data(stream.block("t"));
      assertThat(large.length()).isLessThan(LARGE.length() / 10);
      assertThat(decoded(large)).isEqualTo(LARGE);
      assertThat(decoded(data(stream.block("t")))).isEqualTo(MARKED);
      assertThat(data(stream.block("t"))).isEqualTo("small");
      assertThat(data(plain.block("t"))).isEqualTo(LARGE);
      assertThat(data(plain.block("t"))).isEqualTo(MARKED);
    }
    try (LiveStream replay =
        LiveStream.open(server, "/events/a?encoding=gzip&batch=1s&since=earliest", r -> {})) {
      List<String> got = new ArrayList<>();
      while (got.size() < 3) {
        collect(replay.block("batch"), got);
      }
      assertThat(got).containsExactly("a t " + LARGE, "a t " + MARKED, "a t small");
    }
    assertThat(server.hub().figures().compression().events()).isEqualTo(2);
  }

  @Test
  void bothComeOverHttp2() throws Exception {
    try (Http2TestClient client = new Http2TestClient(server.address(), 65_535, true)) {
      Http2TestClient.Reply reply = client.request("GET", "/events/a?encoding=gzip&batch=50ms");
      assertThat(reply.status()).isEqualTo(200);
      reply.await(10);
      publish("a", LARGE);
      publish("a", "small");
      String all = "";
      for (int bytes = 10; !all.contains("\"small\"}]\n\n"); bytes = all.length() + 1) {
        all = reply.await(bytes);
      }
      List<String> got = new ArrayList<>();
      for (String block : all.split("\n\n", -1)) {
        if (block.contains("event: batch")) {
          collect(block.lines().toList(), got);
        }
      }
      assertThat(got).containsExactly("a t " + LARGE, "a t small");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch=0 | batch is \"0\"; it must be a duration from 10ms to 10s, such as 100ms",
        "batch=1h | batch is \"1h\"; it must be a duration from 10ms to 10s, such as 100ms",
        "batch= | batch is \"\"; it must be a duration from 10ms to 10s, such as 100ms",
        "batch=-5s | batch is \"-5s\"; it must be a duration from 10ms to 10s, such as 100ms",
        "batch=99999999999999999999d | batch is \"99999999999999999999d\"; it must be a duration"
            + " from 10ms to 10s, such as 100ms",
        "encoding=br | encoding is \"br\"; it can be gzip, or left out",
        "encoding= | encoding is \"\"; it can be gzip, or left out",
        "encoding=gzip,br | encoding is \"gzip,br\"; it can be gzip, or left out",
      })
  void whatCantBeIsRefusedWithItsValueAndWhatCan(String query, String detail) throws Exception {
    HttpResponse<java.io.InputStream> answer =
        LiveStream.send(server, "/events/a?" + query, r -> {});

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = Json.MAPPER.readTree(answer.body());
    assertThat(problem.get("detail").asString()).isEqualTo(detail);
    assertThat(problem.get("code").asString())
        .isEqualTo("invalid-" + query.substring(0, query.indexOf('=')));
  }
}
