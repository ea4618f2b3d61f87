package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Presence through real sockets. */
class PresenceIT {

  private static final String ROOM = "members/lounge";

  private GuardedServer server;

  private void serve(String grace, String... more) throws IOException {
    String[] settings = {"presence.channels", "members/*", "presence.grace", grace, "drain", "0s"};
    String[] all = java.util.Arrays.copyOf(settings, settings.length + more.length);
    System.arraycopy(more, 0, all, settings.length, more.length);
    server = new GuardedServer(all);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static Consumer<HttpRequest.Builder> as(String subject) {
    return GuardedServer.bearer(GuardedServer.token(subject));
  }

  /** Opens a stream that has begun. */
  private LiveStream open(String path, String subject) throws Exception {
    LiveStream stream = server.open(path, as(subject));
    stream.block("connected");
    return stream;
  }

  private LiveStream enter(String subject) throws Exception {
    return open("/events/" + ROOM, subject);
  }

  private JsonNode present(String subject) throws Exception {
    return GuardedServer.json(server.send("/presence/" + ROOM, as(subject)));
  }

  private static String told(LiveStream watcher, String type) throws IOException {
    List<String> block = watcher.block(type);
    assertThat(block).contains("channel: " + ROOM + "/@presence");
    return block.getLast().substring("data: ".length());
  }

  @Test
  void whoSubscribesIsThereOnceAndLeavesWithTheLastStream() throws Exception {
    serve("100ms");
    try (LiveStream watcher = open("/events/" + ROOM + "/@presence", "walter")) {
      LiveStream one = enter("alice");
      LiveStream two = enter("alice");
      assertThat(told(watcher, "joined")).isEqualTo("{\"member\":\"alice\",\"count\":1}");
      LiveStream bob = enter("bob");
      assertThat(told(watcher, "joined")).isEqualTo("{\"member\":\"bob\",\"count\":2}");
      one.close();
      bob.close();
      assertThat(told(watcher, "left")).isEqualTo("{\"member\":\"bob\",\"count\":1}");
      two.close();
      assertThat(told(watcher, "left")).isEqualTo("{\"member\":\"alice\",\"count\":0}");
    }
  }

  @Test
  void theListAndTheEventsAfterItsIdGoTogether() throws Exception {
    serve("10m");
    try (LiveStream alice = enter("alice")) {
      JsonNode present = present("bob");
      assertThat(present.get("count").asInt()).isEqualTo(1);
      assertThat(present.get("members").get(0).asString()).isEqualTo("alice");
      alice.close();
      try (LiveStream again = enter("alice");
          LiveStream bob = enter("bob");
          LiveStream watcher =
              open(
                  "/events/" + ROOM + "/@presence?lastEventId=" + present.get("id").asString(),
                  "bob")) {
        // Not alice again: her reconnect wasn't seen.
        assertThat(told(watcher, "joined")).isEqualTo("{\"member\":\"bob\",\"count\":2}");
      }
    }
  }

  @Test
  void aChangeOfSubscriptionEntersAndLeaves() throws Exception {
    serve("0s");
    try (LiveStream watcher = open("/events/" + ROOM + "/@presence", "walter");
        LiveStream alice = server.open("/events/members/hall", as("alice"))) {
      String id = alice.connection();
      String add = "{\"add\":{\"channels\":[\"" + ROOM + "\"]}}";
      server.send("/connections/" + id, GuardedServer.patch(as("alice"), add));
      assertThat(told(watcher, "joined")).isEqualTo("{\"member\":\"alice\",\"count\":1}");
      String remove = "{\"remove\":{\"channels\":[\"" + ROOM + "\"]}}";
      server.send("/connections/" + id, GuardedServer.patch(as("alice"), remove));
      assertThat(told(watcher, "left")).isEqualTo("{\"member\":\"alice\",\"count\":0}");
    }
  }

  @Test
  void patternsAndServicesWatchWithoutEntering() throws Exception {
    serve("0s");
    try (LiveStream pattern = open("/events?channel=members/*", "walter");
        LiveStream watcher = open("/events?channel=members/*/@presence", "walter");
        LiveStream alice = enter("alice")) {
      assertThat(told(watcher, "joined")).isEqualTo("{\"member\":\"alice\",\"count\":1}");
      assertThat(present("alice").get("count").asInt()).isEqualTo(1);
    }
  }

  @Test
  void whoMayNotSubscribeMayNotKnowWhoIsThere() throws Exception {
    serve("0s", "presence.channels", "**");
    assertThat(GuardedServer.code(server.send("/presence/users/bob/inbox", as("alice"))))
        .isEqualTo("403 forbidden-channel");
    assertThat(GuardedServer.code(server.send("/events/users/bob/inbox/@presence", as("alice"))))
        .isEqualTo("403 forbidden-channel");
    assertThat(GuardedServer.code(server.send("/presence/" + ROOM, GuardedServer::anonymous)))
        .isEqualTo("401 authentication-required");
    assertThat(server.send("/presence/users/@me/inbox", as("alice")).statusCode()).isEqualTo(200);
  }

  @Test
  void theRuleMaySayWhoKnowsWhoIsThere() throws Exception {
    serve(
        "0s",
        "rules",
        """
        "members/**": {subscribe: authenticated, presence: "role:host"}
        """);
    assertThat(GuardedServer.code(server.send("/presence/" + ROOM, as("alice"))))
        .isEqualTo("403 forbidden-channel");
    assertThat(GuardedServer.code(server.send("/events/" + ROOM + "/@presence", as("alice"))))
        .isEqualTo("403 forbidden-channel");
    // A pattern doesn't stand for it either.
    try (LiveStream all = open("/events?channel=members/**", "alice");
        LiveStream host =
            server.open(
                "/events/" + ROOM + "/@presence",
                GuardedServer.bearer(
                    GuardedServer.token("hans", java.time.Duration.ofMinutes(1), "host")))) {
      host.block("connected");
      try (LiveStream bob = enter("bob")) {
        told(host, "joined");
        server.server().hub().publish(io.sluice.event.Publication.of(ROOM, "t", "next")).join();
        assertThat(all.block("t")).contains("data: next");
        assertThat(server.server().hub().newest().sequence()).isEqualTo(2);
      }
    }
  }

  @Test
  void onlyTheHubTellsWhoIsThere() throws Exception {
    serve("0s");
    String key = GuardedServer.PUBLISHER.text();
    String there = ROOM + "/@presence";
    assertThat(
            GuardedServer.code(
                server.send("/events/" + there + "?type=joined", GuardedServer.post(key, "x"))))
        .isEqualTo("400 reserved-channel");
    String json = "[{\"channel\":\"a\",\"data\":1},{\"channel\":\"" + there + "\",\"data\":2}]";
    assertThat(
            GuardedServer.code(
                server.send(
                    "/publish",
                    GuardedServer.post(key, json)
                        .andThen(request -> request.header("Content-Type", "application/json")))))
        .isEqualTo("400 reserved-channel");
  }

  @Test
  void whereItIsNotToldNobodyIsAsked() throws Exception {
    serve("0s");
    assertThat(GuardedServer.code(server.send("/presence/public/news", as("alice"))))
        .isEqualTo("404 no-presence");
    assertThat(GuardedServer.code(server.send("/presence/members/*", as("alice"))))
        .isEqualTo("400 invalid-channel");
  }

  @Test
  void aRestartOnAFileLeavesNoGhosts(@TempDir Path data) throws Exception {
    String[] file = {
      "history.store", "sqlite", "history.data", data.toString(), "stream.retry", "100ms"
    };
    serve("0s", file);
    String id = present("alice").get("id").asString();
    try (LiveStream alice = enter("alice");
        LiveStream bob = enter("bob");
        LiveStream watcher = open("/events/" + ROOM + "/@presence?lastEventId=" + id, "walter")) {
      told(watcher, "joined");
      assertThat(told(watcher, "joined")).contains("\"count\":2");
    }
    server.server().drain();

    serve("0s", file);
    try (LiveStream bob = enter("bob");
        LiveStream watcher = open("/events/" + ROOM + "/@presence", "walter")) {
      assertThat(present("walter").get("members")).hasSize(2);
      // After the time that those who were sent away take to come back.
      assertThat(told(watcher, "left")).isEqualTo("{\"member\":\"alice\",\"count\":1}");
    }
  }

  @Test
  void onAnOpenHubAllAreCountedOverEitherProtocol() throws Exception {
    try (SluiceServer open =
        SluiceServer.start(
            Settings.of(
                Map.of("listen", "127.0.0.1:0", "presence.channels", "room/*", "drain", "0s")))) {
      try (LiveStream watcher = LiveStream.open(open, "/events/room/1/@presence", r -> {})) {
        watcher.block("connected");
        try (LiveStream one = LiveStream.open(open, "/events/room/1", r -> {});
            Http2TestClient client = new Http2TestClient(open.address(), 65_535, true)) {
          assertThat(watcher.block("joined").getLast()).isEqualTo("data: {\"count\":1}");
          client.request("GET", "/events/room/1").await(10);
          assertThat(watcher.block("joined").getLast()).isEqualTo("data: {\"count\":2}");
          Http2TestClient.Reply reply = client.request("GET", "/presence/room/1");
          assertThat(reply.text())
              .startsWith("{\"count\":2,\"members\":[],\"id\":\"")
              .endsWith("-2\"}");
          assertThat(client.request("GET", "/metrics").text())
              .contains("sluice_presence_memberships 2.0", "sluice_presence_channels 1.0");
        }
      }
    }
  }
}
