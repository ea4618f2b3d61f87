package io.sluice.server;

import static io.sluice.server.GuardedServer.bearer;
import static io.sluice.server.GuardedServer.code;
import static io.sluice.server.GuardedServer.json;
import static io.sluice.server.GuardedServer.patch;
import static io.sluice.server.GuardedServer.post;
import static io.sluice.server.GuardedServer.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.redis.RedisProcess;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Several hubs on one Redis, through real sockets. */
class FleetIT {

  private static final String OPERATOR = token("root", Duration.ofHours(1), "operator");

  @TempDir Path directory;
  private RedisProcess redis;
  private final List<GuardedServer> nodes = new ArrayList<>();

  @BeforeEach
  void startRedis() {
    redis = RedisProcess.start(directory);
  }

  @AfterEach
  void stop() {
    nodes.forEach(GuardedServer::close);
    redis.close();
  }

  private GuardedServer node(String name, String... more) throws Exception {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "node",
                name,
                "node-lease",
                "2s",
                "history.store",
                "redis",
                "history.redis.url",
                redis.url(),
                "history.memory",
                "8MiB"));
    settings.addAll(List.of(more));
    GuardedServer server = new GuardedServer(settings.toArray(String[]::new));
    nodes.add(server);
    return server;
  }

  private static Consumer<HttpRequest.Builder> delete(Consumer<HttpRequest.Builder> who) {
    return who.andThen(HttpRequest.Builder::DELETE);
  }

  // Streams of another node

  @Test
  void streamIsChangedAndClosedByAnotherNode() throws Exception {
    GuardedServer a = node("a");
    GuardedServer b = node("node-b.1");
    LiveStream stream = b.open("/events/members/x?batch=100ms&encoding=gzip", bearer(token("ann")));
    String id = stream.connection();
    assertThat(id).startsWith("node-b.1-");
    HttpResponse<InputStream> changed =
        a.send(
            "/connections/" + id,
            patch(
                bearer(token("ann")), "{\"add\":{\"channels\":[\"members/y\",\"users/@me/in\"]}}"));
    assertThat(json(changed).toString())
        .isEqualTo("{\"channels\":[\"members/x\",\"members/y\",\"users/ann/in\"],\"types\":[]}");
    assertThat(stream.block("subscription").getLast()).contains("members/y");
    JsonNode seen = json(a.send("/connections/" + id, bearer(token("ann"))));
    assertThat(seen.path("batch").asString()).isEqualTo("100ms");
    assertThat(seen.path("encoding").asString()).isEqualTo("gzip");
    assertThat(a.send("/connections/" + id, delete(bearer(token("ann")))).statusCode())
        .isEqualTo(204);
    stream.rest();
    assertThat(code(a.send("/connections/" + id, delete(bearer(token("ann"))))))
        .isEqualTo("404 not-found");
  }

  @Test
  void otherNodeAllowsNoMoreThanTheStreamsOwn() throws Exception {
    GuardedServer a = node("a");
    GuardedServer b = node("b");
    String id = b.open("/events/members/x", bearer(token("ann"))).connection();
    String free = b.open("/events/public/x", GuardedServer::anonymous).connection();
    String add = "{\"add\":{\"channels\":[\"%s\"]}}";
    for (GuardedServer node : nodes) {
      String path = "/connections/" + id;
      Consumer<HttpRequest.Builder> ann = bearer(token("ann"));
      assertThat(code(node.send(path, delete(bearer(token("bob"))))))
          .isEqualTo("403 forbidden-connection");
      assertThat(code(node.send(path, delete(GuardedServer::anonymous))))
          .isEqualTo("401 authentication-required");
      assertThat(code(node.send(path, patch(ann, add.formatted("users/bob/in")))))
          .isEqualTo("403 forbidden-channel");
      assertThat(code(node.send(path, patch(ann, "{\"ad\":1}")))).isEqualTo("400 unknown-field");
      assertThat(code(node.send(path, patch(ann, add.formatted("a//b")))))
          .isEqualTo("400 invalid-channel");
      // A stranger who knows the id of an anonymous stream gives it nothing of their own.
      assertThat(code(node.send("/connections/" + free, patch(ann, add.formatted("members/y")))))
          .isEqualTo("401 authentication-required");
    }
    assertThat(a.send("/connections/" + id, delete(bearer(OPERATOR))).statusCode()).isEqualTo(204);
  }

  @Test
  void nodeThatIsntThereHasNoStreams() throws Exception {
    GuardedServer a = node("a");
    assertThat(code(a.send("/connections/gone-abcdef", delete(bearer(OPERATOR)))))
        .isEqualTo("404 not-found");
    assertThat(code(a.send("/stats?node=gone", bearer(OPERATOR)))).isEqualTo("404 unknown-node");
    assertThat(code(a.send("/connections?node=gone", bearer(OPERATOR))))
        .isEqualTo("404 unknown-node");
  }

  @Test
  void statsAndConnectionsAreThoseOfAllNodesOrOfOne() throws Exception {
    GuardedServer a = node("a");
    GuardedServer b = node("b");
    a.open("/events/members/x", bearer(token("ann"))).connection();
    b.open("/events/members/x", bearer(token("bob"))).connection();
    b.open("/events/members/x", bearer(token("cid"))).connection();
    // A node knows of another at its next beat.
    await().until(() -> json(a.send("/stats", bearer(OPERATOR))).path("nodes").size() == 2);
    JsonNode all = json(a.send("/stats", bearer(OPERATOR)));
    assertThat(all.path("clients").asInt()).isEqualTo(3);
    assertThat(all.path("nodes").get(1).path("node").asString()).isEqualTo("b");
    assertThat(all.path("nodes").get(1).path("clients").asInt()).isEqualTo(2);
    JsonNode one = json(a.send("/stats?node=b", bearer(OPERATOR)));
    assertThat(one.path("node").asString()).isEqualTo("b");
    assertThat(one.path("clients").asInt()).isEqualTo(2);
    JsonNode open = json(a.send("/connections", bearer(OPERATOR)));
    assertThat(open.path("total").asInt()).isEqualTo(3);
    assertThat(open.path("connections").valueStream().map(each -> each.path("subject").asString()))
        .containsExactlyInAnyOrder("ann", "bob", "cid");
    assertThat(json(a.send("/connections?limit=2", bearer(OPERATOR))).path("connections").size())
        .isEqualTo(2);
    assertThat(json(a.send("/connections?node=b", bearer(OPERATOR))).path("total").asInt())
        .isEqualTo(2);
    assertThat(code(a.send("/stats", bearer(token("ann"))))).isEqualTo("403 operators-only");
  }

  @Test
  void whoIsThereIsToldOnceByAllNodesTogether() throws Exception {
    String[] presence = {"presence.channels", "members/*", "presence.grace", "100ms"};
    GuardedServer a = node("a", presence);
    GuardedServer b = node("b", presence);
    try (LiveStream watcher = b.open("/events/members/x/@presence", bearer(token("walter")))) {
      watcher.block("connected");
      LiveStream here = a.open("/events/members/x", bearer(token("ann")));
      here.block("connected");
      assertThat(watcher.block("joined").getLast())
          .isEqualTo("data: {\"member\":\"ann\",\"count\":1}");
      LiveStream there = b.open("/events/members/x", bearer(token("ann")));
      there.block("connected");
      LiveStream bob = b.open("/events/members/x", bearer(token("bob")));
      bob.block("connected");
      assertThat(watcher.block("joined").getLast())
          .isEqualTo("data: {\"member\":\"bob\",\"count\":2}");
      for (GuardedServer node : nodes) {
        assertThat(json(node.send("/presence/members/x", bearer(token("ann")))).toString())
            .startsWith("{\"count\":2,\"members\":[\"ann\",\"bob\"],");
      }
      here.close();
      bob.close();
      assertThat(watcher.block("left").getLast())
          .isEqualTo("data: {\"member\":\"bob\",\"count\":1}");
    }
  }

  // Tickets and revocations

  @Test
  void ticketOpensOneStreamHoweverManyNodesAreShownIt() throws Exception {
    List<GuardedServer> all = List.of(node("a"), node("b"), node("c"));
    String ticket = all.get(0).ticket(token("ann"), "{\"channels\":[\"members/x\"]}");
    CountDownLatch start = new CountDownLatch(1);
    int opened = 0;
    try (ExecutorService pool = Executors.newFixedThreadPool(9)) {
      List<Future<Integer>> racers = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        GuardedServer node = all.get(i % 3);
        racers.add(
            pool.submit(
                () -> {
                  start.await();
                  return node.open("/events/members/x?ticket=" + ticket, GuardedServer::anonymous)
                      .status();
                }));
      }
      start.countDown();
      for (Future<Integer> racer : racers) {
        int status = racer.get();
        assertThat(status).isIn(200, 401);
        opened += status == 200 ? 1 : 0;
      }
    }
    assertThat(opened).isEqualTo(1);
  }

  @Test
  void revokedSubjectsStreamsEndAtAllNodes() throws Exception {
    GuardedServer a = node("a");
    GuardedServer b = node("b");
    LiveStream here = a.open("/events/members/x", bearer(token("ann")));
    LiveStream there = b.open("/events/members/x", bearer(token("ann")));
    LiveStream other = b.open("/events/members/x", bearer(token("bob")));
    here.connection();
    there.connection();
    other.connection();
    assertThat(a.send("/revocations", post(OPERATOR, "{\"subject\":\"ann\"}")).statusCode())
        .isEqualTo(200);
    assertThat(here.block("expired").getLast()).contains("revoked");
    assertThat(there.block("expired").getLast()).contains("revoked");
    assertThat(code(b.send("/events/members/x", bearer(token("ann"))))).startsWith("401");
    assertThat(b.streams()).isEqualTo(1);
  }

  @Test
  void withoutRedisNoTicketIsGivenOrGoodAndLimitsAreTheNodesOwn() throws Exception {
    GuardedServer a = node("a", "limits.connections-per-subject", "1");
    String ticket = a.ticket(token("ann"), "");
    redis.kill();
    await()
        .until(
            () ->
                code(a.send("/tickets", post(token("ann"), ""))).equals("503 tickets-unavailable"));
    assertThat(code(a.send("/events/members/x?ticket=" + ticket, GuardedServer::anonymous)))
        .isEqualTo("503 identity-unavailable");
    assertThat(code(a.send("/revocations", post(OPERATOR, "{\"subject\":\"bob\"}"))))
        .isEqualTo("503 revocations-unavailable");
    assertThat(a.open("/events/members/x", bearer(token("ann"))).status()).isEqualTo(200);
    assertThat(code(a.send("/events/members/x", bearer(token("ann")))))
        .isEqualTo("429 too-many-connections-of-subject");
    assertThat(code(a.send("/connections/b-xyz", delete(bearer(OPERATOR)))))
        .isEqualTo("503 nodes-unreachable");
  }

  // Limits

  @Test
  void streamsOfASubjectCountOverAllNodes() throws Exception {
    GuardedServer a = node("a", "limits.connections-per-subject", "2");
    GuardedServer b = node("b", "limits.connections-per-subject", "2");
    LiveStream one = a.open("/events/members/x", bearer(token("ann")));
    LiveStream two = b.open("/events/members/x", bearer(token("ann")));
    assertThat(one.status()).isEqualTo(200);
    assertThat(two.status()).isEqualTo(200);
    for (GuardedServer node : nodes) {
      assertThat(code(node.send("/events/members/x", bearer(token("ann")))))
          .isEqualTo("429 too-many-connections-of-subject");
    }
    two.close();
    await()
        .until(
            () -> {
              LiveStream again = a.open("/events/members/x", bearer(token("ann")));
              return again.status() == 200;
            });
  }

  @Test
  void attemptsAtOneNodeCountAtTheOthers() throws Exception {
    GuardedServer a = node("a", "limits.attempts", "20/h");
    GuardedServer b = node("b", "limits.attempts", "20/h");
    for (int i = 0; i < 20; i++) {
      assertThat(a.send("/tickets", post(token("ann"), "")).statusCode()).isEqualTo(200);
    }
    await()
        .until(
            () -> code(b.send("/tickets", post(token("ann"), ""))).equals("429 too-many-attempts"));
  }
}
