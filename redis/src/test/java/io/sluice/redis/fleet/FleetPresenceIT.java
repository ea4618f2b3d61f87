package io.sluice.redis.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.event.ChannelPattern;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.presence.Attendance;
import io.sluice.presence.Member;
import io.sluice.presence.PresenceOptions;
import io.sluice.presence.Present;
import io.sluice.redis.RedisConnections;
import io.sluice.redis.RedisOptions;
import io.sluice.redis.RedisProcess;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is there, over nodes that share a log: here, one hub of this process stands for it. */
class FleetPresenceIT {

  private static final String ROOM = "room/1";
  private static final Member ALICE = new Member("alice");
  private static final Member BOB = new Member("bob\nwith a line feed");

  @TempDir Path directory;
  private RedisProcess redis;
  private final Hub log = Hub.open(HubOptions.DEFAULT);
  private final List<Fleet> fleets = new ArrayList<>();
  private Duration grace = Duration.ofMillis(100);

  @BeforeEach
  void start() {
    redis = RedisProcess.start(directory);
  }

  @AfterEach
  void stop() {
    fleets.forEach(Fleet::end);
    log.close();
    redis.close();
  }

  /** A node, and its attendance; the first one tells. */
  private record Node(Fleet fleet, Attendance attendance) {}

  private Node join(String name) {
    Fleet fleet =
        Fleet.join(
            new RedisConnections(RedisOptions.of(redis.url())),
            FleetOptions.of(name).withLease(Duration.ofSeconds(2)),
            InstantSource.system(),
            Duration.ofSeconds(10));
    fleets.add(fleet);
    PresenceOptions options =
        new PresenceOptions(
            List.of(ChannelPattern.parse("room/*")),
            grace,
            Duration.ofMillis(500),
            1000,
            Duration.ofSeconds(1));
    Node node = new Node(fleet, fleet.attendance(log, options));
    if (fleets.size() == 1) {
      await().until(() -> fleet.figures().leads());
    }
    return node;
  }

  private List<String> told() {
    return log
        .history(Subscription.to(ROOM + "/@presence"), Origin.earliest(), 10_000)
        .join()
        .events()
        .stream()
        .map(event -> event.type() + " " + event.data())
        .toList();
  }

  private static String event(String type, Member member, int count) {
    String name = String.valueOf(member.name()).replace("\n", "\\u000a");
    return type + " {\"member\":\"" + name + "\",\"count\":" + count + "}";
  }

  private void awaitTold(String... events) {
    await().untilAsserted(() -> assertThat(told()).containsExactly(events));
  }

  @Test
  void whoHasTabsAtTwoNodesIsThereOnce() {
    Node a = join("a");
    Node b = join("b");
    a.attendance.enter(ROOM, ALICE);
    awaitTold(event("joined", ALICE, 1));
    b.attendance.enter(ROOM, ALICE);
    b.attendance.enter(ROOM, BOB);
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2));
    a.attendance.leave(ROOM, ALICE);
    b.attendance.leave(ROOM, BOB);
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2), event("left", BOB, 1));
    b.attendance.leave(ROOM, ALICE);
    awaitTold(
        event("joined", ALICE, 1),
        event("joined", BOB, 2),
        event("left", BOB, 1),
        event("left", ALICE, 0));
  }

  @Test
  void whoComesBackAtAnotherNodeInTimeHasNotLeft() {
    grace = Duration.ofSeconds(30);
    Node a = join("a");
    Node b = join("b");
    a.attendance.enter(ROOM, ALICE);
    awaitTold(event("joined", ALICE, 1));
    a.attendance.leave(ROOM, ALICE);
    b.attendance.enter(ROOM, ALICE);
    a.attendance.enter(ROOM, BOB);
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2));
  }

  @Test
  void everyNodeAnswersForAll() {
    Node a = join("a");
    Node b = join("b");
    a.attendance.enter(ROOM, ALICE);
    b.attendance.enter(ROOM, BOB);
    b.attendance.enter(ROOM, Member.ANONYMOUS);
    b.attendance.enter(ROOM, Member.ANONYMOUS);
    for (Node node : List.of(a, b)) {
      await()
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                Present present = node.attendance.present(ROOM).join();
                assertThat(present.count()).isEqualTo(4);
                assertThat(present.members()).containsExactly("alice", BOB.name());
                assertThat(present.position()).isEqualTo(log.newest());
              });
    }
  }

  @Test
  void killedNodeLeavesNoGhosts() {
    Node a = join("a");
    Node b = join("b");
    a.attendance.enter(ROOM, ALICE);
    awaitTold(event("joined", ALICE, 1));
    b.attendance.enter(ROOM, BOB);
    b.attendance.enter(ROOM, ALICE);
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2));
    b.fleet.end();
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2), event("left", BOB, 1));
  }

  @Test
  void nextOneTellsWhenTheLeaderIsKilledAndNothingTwice() {
    Node a = join("a");
    Node b = join("b");
    a.attendance.enter(ROOM, ALICE);
    awaitTold(event("joined", ALICE, 1));
    b.attendance.enter(ROOM, BOB);
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2));
    a.fleet.end();
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2), event("left", ALICE, 1));
    assertThat(b.fleet.figures().leads()).isTrue();
    b.attendance.enter(ROOM, ALICE);
    awaitTold(
        event("joined", ALICE, 1),
        event("joined", BOB, 2),
        event("left", ALICE, 1),
        event("joined", ALICE, 2));
  }

  @Test
  void deployMovesMembersAndMakesNobodyLeave() {
    Node a = join("a");
    Node b = join("b");
    a.attendance.enter(ROOM, ALICE);
    awaitTold(event("joined", ALICE, 1));
    a.fleet.drain();
    a.attendance.leave(ROOM, ALICE);
    a.fleet.leave(Duration.ofSeconds(30));
    await().until(() -> b.fleet.figures().leads());
    b.attendance.enter(ROOM, ALICE);
    b.attendance.enter(ROOM, BOB);
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2));
  }

  @Test
  void redisThatWasAwayMakesNobodyLeaveOrCome() {
    grace = Duration.ofSeconds(3);
    Node a = join("a");
    Node b = join("b");
    a.attendance.enter(ROOM, ALICE);
    awaitTold(event("joined", ALICE, 1));
    redis.kill();
    await().until(() -> !a.fleet.figures().up() && !b.fleet.figures().up());
    b.attendance.enter(ROOM, BOB);
    redis.restart(); // empty: what nodes share is what they say anew
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2));
    a.attendance.leave(ROOM, ALICE);
    awaitTold(event("joined", ALICE, 1), event("joined", BOB, 2), event("left", ALICE, 1));
  }

  @Test
  void randomComingsAndGoingsAddUp() {
    long seed = System.nanoTime();
    System.out.println("random presence over nodes from seed " + seed);
    Random random = new Random(seed);
    grace = Duration.ZERO;
    List<Node> nodes = List.of(join("a"), join("b"), join("c"));
    List<Map<Member, Integer>> open = List.of(new HashMap<>(), new HashMap<>(), new HashMap<>());
    for (int i = 0; i < 2000; i++) {
      int at = random.nextInt(3);
      Member member = new Member("m" + random.nextInt(8));
      int streams = open.get(at).getOrDefault(member, 0);
      if (streams > 0 && random.nextBoolean()) {
        nodes.get(at).attendance.leave(ROOM, member);
        open.get(at).put(member, streams - 1);
      } else {
        nodes.get(at).attendance.enter(ROOM, member);
        open.get(at).put(member, streams + 1);
      }
    }
    List<String> there = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Member member = new Member("m" + i);
      if (open.stream().anyMatch(node -> node.getOrDefault(member, 0) > 0)) {
        there.add("m" + i);
      }
    }
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(nodes.get(1).attendance.present(ROOM).join().members())
                    .isEqualTo(there));
    // Each event follows from the one before: nobody came or went twice, no count was skipped.
    List<String> present = new ArrayList<>();
    for (String event : told()) {
      String member = event.replaceAll(".*\"member\":\"(m[0-9])\".*", "$1");
      if (event.startsWith("joined")) {
        assertThat(present).doesNotContain(member);
        present.add(member);
      } else {
        assertThat(present.remove(member)).as(event).isTrue();
      }
      assertThat(event).endsWith("\"count\":" + present.size() + "}");
    }
  }
}
