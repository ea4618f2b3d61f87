package io.sluice.server;

import static io.sluice.server.GuardedServer.bearer;
import static io.sluice.server.GuardedServer.code;
import static io.sluice.server.GuardedServer.json;
import static io.sluice.server.GuardedServer.post;
import static io.sluice.server.GuardedServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What one client may do how often, against a running server. */
class ClientLimitsIT {

  private final List<GuardedServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(GuardedServer::close);
  }

  private GuardedServer start(String... more) throws IOException {
    GuardedServer server = new GuardedServer(more);
    servers.add(server);
    return server;
  }

  @Test
  void aSubjectHasSoManyStreamsAndGetsOneBackWhenOneEnds() throws Exception {
    GuardedServer server = start("limits.connections-per-subject", "1");
    try (LiveStream first = server.open("/events/public/a", bearer(token("ann")))) {
      assertThat(first.status()).isEqualTo(200);
      HttpResponse<InputStream> second = server.send("/events/public/a", bearer(token("ann")));
      assertThat(second.statusCode()).isEqualTo(429);
      assertThat(second.headers().firstValue("Retry-After")).isPresent();
      try (LiveStream other = server.open("/events/public/a", bearer(token("bob")))) {
        assertThat(other.status()).isEqualTo(200);
      }
    }
    Awaitility.await().until(() -> server.streams() == 0);
    try (LiveStream again = server.open("/events/public/a", bearer(token("ann")))) {
      assertThat(again.status()).isEqualTo(200);
    }
  }

  @Test
  void anAddressHasSoManyStreamsOnAnOpenHubToo() throws Exception {
    try (SluiceServer server =
            SluiceServer.start(
                Settings.of(
                    Map.of("listen", "127.0.0.1:0", "limits.connections-per-address", "1")));
        LiveStream first = LiveStream.open(server, "/events/a", GuardedServer::anonymous)) {
      assertThat(first.status()).isEqualTo(200);
      assertThat(code(LiveStream.send(server, "/events/a", GuardedServer::anonymous)))
          .isEqualTo("429 too-many-connections-from-address");
    }
  }

  @Test
  void whoTriesTooOftenIsToldWhenToTryAgain() throws Exception {
    GuardedServer server = start("limits.attempts", "3/min");
    for (int i = 0; i < 3; i++) {
      server.open("/events/public/a", GuardedServer::anonymous).close();
    }
    HttpResponse<InputStream> refused = server.send("/events/public/a", GuardedServer::anonymous);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(json(refused).get("code").asString()).isEqualTo("too-many-attempts");
  }

  @Test
  void refusalsThatWaitingHelpsAgainstMayComeOnAStream() throws Exception {
    GuardedServer server =
        start("limits.connections-per-subject", "1", "limits.refuse-streams", "stream");
    try (LiveStream first = server.open("/events/public/a", bearer(token("ann")));
        LiveStream second = server.open("/events/public/a", bearer(token("ann")))) {
      assertThat(first.status()).isEqualTo(200);
      assertThat(second.status()).isEqualTo(200);
      assertThat(second.rest())
          .startsWith("retry: ")
          .contains("event: rejected\ndata: {\"code\":\"too-many-connections-of-subject\"");
    }
    // What waiting doesn't help against stays a status.
    assertThat(code(server.send("/events/members/a", GuardedServer::anonymous)))
        .isEqualTo("401 authentication-required");
  }

  @Test
  void aPublisherMayPublishSoMuch() throws Exception {
    GuardedServer server = start("limits.publishes", "2/min");
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      codes.add(code(server.send("/events/public/a", post(token("ann"), "x"))));
    }
    assertThat(codes.subList(0, 2)).containsOnly("200 -");
    assertThat(codes.get(2)).startsWith("429 ");
    assertThat(server.send("/events/public/a", post(token("bob"), "x")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void dataThatDoesntFitTheSchemaOfItsChannelIsRefusedAndNothingOfItsArrayIsPublished(
      @TempDir Path directory) throws Exception {
    Path schema = directory.resolve("order.json");
    Files.writeString(schema, "{\"type\":\"object\",\"required\":[\"id\"]}");
    GuardedServer server = start("schemas", "{\"public/orders\": \"" + schema + "\"}");
    Consumer<HttpRequest.Builder> array =
        post(
                token("ann"),
                "[{\"channel\":\"public/orders\",\"data\":{\"id\":1}},"
                    + "{\"channel\":\"public/orders\",\"data\":{\"no\":1}}]")
            .andThen(request -> request.header("Content-Type", "application/json"));

    HttpResponse<InputStream> refused = server.send("/publish", array);

    JsonNode problem = json(refused);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(problem.get("code").asString()).isEqualTo("schema-violation");
    assertThat(problem.get("detail").asString()).startsWith("item 1: ").contains("id");
    assertThat(server.server().hub().newest().sequence()).isZero();
    assertThat(server.send("/events/public/orders", post(token("ann"), "{\"id\":1}")).statusCode())
        .isEqualTo(200);
  }
}
