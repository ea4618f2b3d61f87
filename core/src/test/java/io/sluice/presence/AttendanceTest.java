package io.sluice.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Event;
import io.sluice.event.PresenceChannel;
import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AttendanceTest {

  private static final String ROOM = "room/1";
  private static final Member ALICE = new Member("alice");
  private static final Member BOB = new Member("bob");

  private final Hub hub = Hub.open(HubOptions.DEFAULT);
  private ManualLoop loop = new ManualLoop();
  private LocalAttendance attendance = begin(1000);

  private LocalAttendance begin(int list) {
    loop = new ManualLoop();
    return new LocalAttendance(
        hub,
        new PresenceOptions(
            List.of(ChannelPattern.parse("room/*")),
            Duration.ofSeconds(5),
            Duration.ofSeconds(12),
            list,
            Duration.ofSeconds(1)),
        loop,
        Telling.ALWAYS);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private void enter(Member member) {
    attendance.enter(ROOM, member);
    loop.run();
  }

  private void leave(Member member) {
    attendance.leave(ROOM, member);
    loop.run();
  }

  private Present present() {
    CompletableFuture<Present> answer = attendance.present(ROOM);
    loop.run();
    // What has a past looks it up; in memory it has that at once.
    assertThat(answer).isDone();
    return answer.join();
  }

  private List<String> told() {
    return told(ROOM);
  }

  private List<String> told(String room) {
    List<Event> events =
        hub.history(
                Subscription.to(PresenceChannel.of(room)), new Origin.Earliest(), Integer.MAX_VALUE)
            .join()
            .events();
    return events.stream().map(event -> event.type() + " " + event.data()).toList();
  }

  @Test
  void whoComesAndGoesIsToldWithTheNumber() {
    enter(ALICE);
    enter(BOB);
    leave(ALICE);
    loop.pass(5001);

    assertThat(told())
        .containsExactly(
            "joined {\"member\":\"alice\",\"count\":1}",
            "joined {\"member\":\"bob\",\"count\":2}",
            "left {\"member\":\"alice\",\"count\":1}");
    assertThat(present().members()).containsExactly("bob");
  }

  @Test
  void twoTabsAreOneMember() {
    enter(ALICE);
    enter(ALICE);
    leave(ALICE);
    loop.pass(60_000);
    assertThat(told()).containsExactly("joined {\"member\":\"alice\",\"count\":1}");
    leave(ALICE);
    loop.pass(60_000);
    assertThat(told()).hasSize(2).last().isEqualTo("left {\"member\":\"alice\",\"count\":0}");
  }

  @Test
  void aReconnectWithinTheGraceTimeIsNotSeen() {
    enter(ALICE);
    for (int i = 0; i < 10; i++) {
      leave(ALICE);
      loop.pass(4999);
      enter(ALICE);
      loop.pass(4);
    }
    assertThat(told()).hasSize(1);
    assertThat(present().count()).isEqualTo(1);
  }

  @Test
  void whoHasNoNameIsCountedAndNotListed() {
    enter(ALICE);
    enter(Member.ANONYMOUS);
    enter(Member.ANONYMOUS);
    leave(Member.ANONYMOUS);
    loop.pass(1000);
    enter(Member.ANONYMOUS); // one who comes back, for all that is known
    loop.pass(60_000);
    leave(Member.ANONYMOUS);
    leave(Member.ANONYMOUS);
    loop.pass(60_000);

    assertThat(told())
        .containsExactly(
            "joined {\"member\":\"alice\",\"count\":1}",
            "joined {\"count\":2}",
            "joined {\"count\":3}",
            "left {\"count\":2}",
            "left {\"count\":1}");
  }

  @Test
  void namesStandInTheDataAsTheyAre() {
    String name = "a\"b\\c\nd\u2028 é<img onerror=x>";
    enter(new Member(name));
    assertThat(present().members()).containsExactly(name);
    attendance = begin(1000); // which reads it back
    assertThat(present().members()).containsExactly(name);
    assertThat(new Member("x".repeat(257))).isEqualTo(Member.ANONYMOUS);
  }

  @Test
  void aLargeChannelTellsItsNumberAtABoundedRate() {
    attendance = begin(10);
    for (int i = 0; i < 100_000; i++) {
      attendance.enter(ROOM, new Member("user " + i));
    }
    loop.run();
    loop.pass(1001);
    for (int i = 0; i < 99_999; i++) {
      attendance.leave(ROOM, new Member("user " + i));
    }
    loop.run();
    assertThat(present().count()).isEqualTo(100_000);
    assertThat(present().members()).isNull();
    loop.pass(60_000);

    assertThat(told().subList(0, 10)).allMatch(event -> event.contains("member"));
    assertThat(told().subList(10, told().size()))
        .containsExactly(
            "joined {\"count\":11,\"listed\":false}",
            "joined {\"count\":100000,\"listed\":false}",
            "left {\"count\":99999,\"listed\":false}",
            "left {\"count\":1,\"listed\":false}");
    assertThat(present().members()).containsExactly("user 99999");
  }

  @Test
  void afterARestartWhoComesBackIsNotToldAndWhoDoesntHasLeft() {
    enter(ALICE);
    enter(BOB);
    attendance = begin(1000);
    enter(BOB);
    assertThat(present().members()).containsExactly("alice", "bob");
    loop.pass(16_999);
    assertThat(told()).hasSize(2);
    loop.pass(2);

    assertThat(told()).hasSize(3).last().isEqualTo("left {\"member\":\"alice\",\"count\":1}");
  }

  @Test
  void afterARestartWatchingAloneTakesGhostsAway() {
    enter(ALICE);
    attendance = begin(1000);
    attendance.watch(PresenceChannel.of(ROOM));
    loop.run();
    loop.pass(17_001);
    assertThat(told()).last().isEqualTo("left {\"member\":\"alice\",\"count\":0}");
    assertThat(attendance.rooms()).isZero();
  }

  @Test
  void afterARestartWhatIsNotKnownForSureIsToBeAskedForAnew() {
    enter(ALICE);
    enter(Member.ANONYMOUS);
    attendance = begin(1000);
    enter(BOB);
    assertThat(told()).last().isEqualTo("left {\"count\":1,\"listed\":false}");
    assertThat(present().members()).containsExactly("bob");
    enter(ALICE);
    assertThat(told()).last().isEqualTo("joined {\"member\":\"alice\",\"count\":2}");
  }

  @Test
  void whatOthersPublishedThereBeforeIsNobodysAccount() {
    String there = PresenceChannel.of(ROOM);
    hub.publish(Publication.of(there, "joined", "\\".repeat(100_000))).join();
    hub.publish(Publication.of(there, "joined", "{\"member\":\"eve\",\"count\":\"x\"}")).join();
    attendance = begin(1000);
    enter(BOB);
    assertThat(present().members()).containsExactly("bob");
    assertThat(told()).last().isEqualTo("joined {\"count\":1,\"listed\":false}");
  }

  @Test
  void whoIsStillToldAtAnEmptyRoomIsForgotten() {
    enter(ALICE);
    assertThat(attendance.rooms()).isEqualTo(1);
    leave(ALICE);
    loop.pass(5001);
    assertThat(attendance.rooms()).isZero();
    assertThat(present().count()).isZero();
    assertThat(attendance.rooms()).isZero();
  }

  /** Whenever somebody asks and follows, what they make of it is right in the end. */
  @Test
  void listAndEventsAreRightTogetherWheneverSomebodyAsks() {
    long seed = Long.getLong("sluice.seed", new Random().nextInt(1 << 30));
    int lives = Integer.getInteger("sluice.schedules", 200);
    System.out.println(lives + " random lives of a room from seed " + seed);
    for (int i = 0; i < lives; i++) {
      new Life(seed + i).run();
    }
  }

  private final class Life {
    private final long seed;
    private final Random random;
    private final String room;
    private final int list;
    private final Map<String, Integer> streams = new HashMap<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private int anonymous;

    Life(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.room = "room/" + seed;
      this.list = random.nextBoolean() ? 1000 : 3 + random.nextInt(4);
      attendance = begin(list);
    }

    void run() {
      try {
        for (int step = 0; step < 200; step++) {
          step();
          watchers.forEach(Watcher::follow);
        }
        loop.pass(60_000);
        watchers.forEach(Watcher::follow);
        watchers.add(Watcher.of(hub, room, ask()));
        watchers.forEach(this::checkAtRest);
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError(
            "seed "
                + seed
                + ", list "
                + list
                + ": "
                + streams.keySet()
                + " and "
                + anonymous
                + " others; told "
                + told(room),
            failure);
      }
    }

    private Present ask() {
      CompletableFuture<Present> answer = attendance.present(room);
      loop.run();
      return answer.join();
    }

    private void step() {
      String name = "m" + random.nextInt(8);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          attendance.enter(room, new Member(name));
          streams.merge(name, 1, Integer::sum);
        }
        case 3, 4 -> {
          if (streams.containsKey(name)) {
            attendance.leave(room, new Member(name));
            streams.computeIfPresent(name, (n, count) -> count == 1 ? null : count - 1);
          }
        }
        case 5 -> {
          if (random.nextInt(3) > 0) {
            attendance.enter(room, Member.ANONYMOUS);
            anonymous++;
          } else if (anonymous > 0) {
            attendance.leave(room, Member.ANONYMOUS);
            anonymous--;
          }
        }
        case 6 -> loop.pass(random.nextInt(random.nextBoolean() ? 500 : 8000));
        default -> {
          if (random.nextInt(10) == 0) {
            restart();
          } else if (watchers.size() < 5) {
            loop.run();
            watchers.add(Watcher.of(hub, room, ask()));
          }
        }
      }
      if (random.nextBoolean()) {
        loop.run();
      }
    }

    private void restart() {
      attendance = begin(list);
      streams.clear();
      anonymous = 0;
      attendance.watch(PresenceChannel.of(room));
      loop.run();
    }

    private void checkAtRest(Watcher watcher) {
      assertThat(watcher.count).isEqualTo(streams.size() + anonymous);
      if (!watcher.mustAsk) {
        assertThat(watcher.names).isEqualTo(new TreeSet<>(streams.keySet()));
      }
    }
  }
}
