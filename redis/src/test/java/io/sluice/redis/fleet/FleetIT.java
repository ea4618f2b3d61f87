package io.sluice.redis.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.access.Grants;
import io.sluice.access.Identity;
import io.sluice.access.Revocation;
import io.sluice.access.Revocations;
import io.sluice.access.SharedPlaces.Claim;
import io.sluice.access.TicketStore.Entry;
import io.sluice.event.ChannelPattern;
import io.sluice.redis.RedisConnections;
import io.sluice.redis.RedisOptions;
import io.sluice.redis.RedisProcess;
import io.sluice.redis.fleet.NodeCallException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetIT {

  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  @TempDir Path directory;
  private RedisProcess redis;
  private RedisConnections connections;
  private final List<Fleet> fleets = new ArrayList<>();

  @BeforeEach
  void start() {
    redis = RedisProcess.start(directory, "--appendonly", "yes");
    connections = connect();
  }

  private RedisConnections connect() {
    return new RedisConnections(
        RedisOptions.of(redis.url()).withTimeout(Duration.ofSeconds(1)).withPrefix("test"));
  }

  @AfterEach
  void stop() {
    fleets.forEach(Fleet::end);
    connections.close();
    redis.close();
  }

  private Fleet join(String node) {
    return join(node, InstantSource.system());
  }

  private Fleet join(String node, InstantSource clock) {
    Fleet fleet =
        Fleet.join(
            connect(),
            FleetOptions.of(node).withLease(LEASE).withPatience(PATIENCE),
            clock,
            Duration.ofSeconds(10));
    fleets.add(fleet);
    return fleet;
  }

  private static Identity somebody(String subject) {
    return new Identity(
        Identity.Kind.TOKEN,
        subject,
        Set.of("reader"),
        Set.of(),
        Map.of("team", "red", "level", 3),
        new Grants(List.of(ChannelPattern.parse("a/*")), List.of()),
        null,
        "jti-" + subject,
        Instant.ofEpochSecond(1_700_000_000),
        null);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Reason reason(CompletableFuture<?> failing) {
    try {
      failing.join();
    } catch (CompletionException failed) {
      return ((NodeCallException) failed.getCause()).reason();
    }
    throw new AssertionError("it was answered");
  }

  // Who is there

  @Test
  void nodesKnowOfOneAnotherUntilTheyGoOrAreKilled() {
    Fleet a = join("a");
    Fleet b = join("b-1");
    join("c").end();
    await().until(() -> a.nodes().equals(List.of("a", "b-1")));
    b.close();
    await().until(() -> a.nodes().equals(List.of("a")));
  }

  @Test
  void nameThatANodeHasIsRefusedToAnotherAndFreeAfterItsLease() {
    Fleet a = join("a");
    FleetOptions same = FleetOptions.of("a").withLease(LEASE);
    assertThatThrownBy(
            () -> Fleet.join(connect(), same, InstantSource.system(), LEASE.dividedBy(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another node")
        .hasMessageContaining("a;");
    a.end();
    assertThat(join("a").nodes()).containsExactly("a");
  }

  @Test
  void nodeAnswersWhatAnotherAsks() {
    Fleet a = join("a");
    Fleet b = join("b");
    b.answer(
        "shout",
        body ->
            CompletableFuture.completedFuture(
                bytes(
                    new String(body, StandardCharsets.UTF_8).toUpperCase(java.util.Locale.ROOT))));
    b.answer("fail", body -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
    b.answer("sleep", body -> new CompletableFuture<>());
    assertThat(a.ask("b", "shout", bytes("hey")).join()).isEqualTo(bytes("HEY"));
    assertThat(reason(a.ask("b", "fail", bytes("")))).isEqualTo(Reason.FAILED);
    assertThat(reason(a.ask("b", "unheard-of", bytes("")))).isEqualTo(Reason.FAILED);
    assertThat(reason(a.ask("b", "sleep", bytes("")))).isEqualTo(Reason.SILENT);
    assertThat(reason(a.ask("nobody", "shout", bytes("")))).isEqualTo(Reason.GONE);
    assertThat(a.figures().unanswered()).isEqualTo(1);
  }

  @Test
  void everythingFailsAtOnceWithoutRedisAndGoesOnWhenItIsBack() {
    Fleet a = join("a");
    Fleet b = join("b");
    b.answer("echo", CompletableFuture::completedFuture);
    redis.kill();
    await().until(() -> !a.figures().up() && !b.figures().up());
    assertThat(reason(a.ask("b", "echo", bytes("x")))).isEqualTo(Reason.AWAY);
    assertThat(reason(a.tickets().take("0".repeat(64)))).isEqualTo(Reason.AWAY);
    assertThat(a.places().take(List.of(new Claim("s:ann", 1, 1))).join()).isEqualTo(-1);
    redis.restart();
    await()
        .ignoreExceptions()
        .until(
            () ->
                new String(a.ask("b", "echo", bytes("x")).join(), StandardCharsets.UTF_8)
                    .equals("x"));
    assertThat(a.nodes()).containsExactly("a", "b");
  }

  @Test
  void redisThatHangsIsAsGoodAsGone() {
    Fleet a = join("a");
    redis.pause();
    await().until(() -> !a.figures().up());
    redis.resume();
    await().until(() -> a.figures().up());
  }

  // Tickets

  @Test
  void ticketIsGoodOnceHoweverManyNodesRaceForIt() throws Exception {
    List<Fleet> nodes = List.of(join("a"), join("b"), join("c"));
    try (ExecutorService pool = Executors.newFixedThreadPool(12)) {
      for (int round = 0; round < 50; round++) {
        String hash = "%064x".formatted(round);
        Entry entry = new Entry(somebody("ann"), Instant.now().plusSeconds(60));
        nodes.get(round % 3).tickets().put(hash, entry).join();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Entry>> racers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          Fleet node = nodes.get(i % 3);
          racers.add(
              pool.submit(
                  () -> {
                    start.await();
                    return node.tickets().take(hash).join();
                  }));
        }
        start.countDown();
        int taken = 0;
        for (Future<Entry> racer : racers) {
          Entry got = racer.get();
          if (got != null) {
            taken++;
            assertThat(got.identity()).isEqualTo(entry.identity());
          }
        }
        assertThat(taken).isEqualTo(1);
      }
    }
  }

  @Test
  void ticketRunsOutByTheClockOfRedisAlone() {
    Fleet a = join("a");
    Fleet late = join("late", () -> Instant.now().plus(Duration.ofDays(1)));
    a.tickets()
        .put("1".repeat(64), new Entry(somebody("ann"), Instant.now().plusSeconds(60)))
        .join();
    assertThat(late.tickets().take("1".repeat(64)).join()).isNotNull();
    String gone = "2".repeat(64);
    a.tickets().put(gone, new Entry(somebody("ann"), Instant.now().plusMillis(1))).join();
    await().until(() -> late.tickets().take(gone).join() == null);
  }

  @Test
  void ofTooManyTicketsOfASubjectTheOldestGo() {
    Fleet a = join("a");
    for (int i = 0; i <= RedisTickets.MAX_PER_SUBJECT; i++) {
      a.tickets()
          .put("%064x".formatted(i), new Entry(somebody("ann"), Instant.now().plusSeconds(60 + i)))
          .join();
    }
    assertThat(a.tickets().take("%064x".formatted(0)).join()).isNull();
    assertThat(a.tickets().take("%064x".formatted(1)).join()).isNotNull();
  }

  // Revocations

  @Test
  void revocationReachesEveryNodeAndThoseThatComeLater() {
    Fleet a = join("a");
    Fleet b = join("b");
    List<Revocation> told = new ArrayList<>();
    b.revocations().onRevoked(told::add);
    Instant until = Instant.now().plus(Duration.ofDays(1));
    assertThat(a.revocations().revoke(new Revocation.OfSubject("ann", Instant.now(), until)).join())
        .isEqualTo(Revocations.Outcome.REVOKED);
    assertThat(a.revocations().isRevoked(somebody("ann"))).isTrue();
    await().until(() -> b.revocations().isRevoked(somebody("ann")));
    await().until(() -> told.size() == 1);
    b.revocations().revoke(new Revocation.OfToken("jti-bob", until)).join();
    Fleet c = join("c");
    assertThat(c.revocations().isRevoked(somebody("ann"))).isTrue();
    assertThat(c.revocations().isRevoked(somebody("bob"))).isTrue();
    assertThat(c.revocations().isRevoked(somebody("cid"))).isFalse();
  }

  @Test
  void manyRevocationsCome() {
    Fleet a = join("a");
    Instant until = Instant.now().plus(Duration.ofDays(1));
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      all.add(a.revocations().revoke(new Revocation.OfToken("jti-" + i, until)));
      if (i % 100 == 0) {
        all.getLast().join();
      }
    }
    all.forEach(CompletableFuture::join);
    assertThat(join("b").revocations().size()).isEqualTo(2500);
  }

  @Test
  void nodesGiveBackWhatRedisHasForgotten() {
    Fleet a = join("a");
    Instant until = Instant.now().plus(Duration.ofDays(1));
    a.revocations().revoke(new Revocation.OfToken("jti-ann", until)).join();
    a.revocations().revoke(new Revocation.OfToken("jti-bob", until)).join();
    flush();
    await()
        .untilAsserted(
            () -> {
              Fleet late = join("late" + fleets.size());
              assertThat(late.revocations().isRevoked(somebody("ann"))).isTrue();
              assertThat(late.revocations().isRevoked(somebody("bob"))).isTrue();
            });
  }

  private void flush() {
    connections.connect("test").join().sync().flushall();
  }

  // Places

  @Test
  void placesAreCountedOverAllNodesAndNeverGivenTwice() throws Exception {
    List<Fleet> nodes = List.of(join("a"), join("b"), join("c"));
    AtomicInteger held = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
      List<Future<?>> racers = new ArrayList<>();
      for (Fleet node : nodes) {
        racers.add(
            pool.submit(
                () -> {
                  int own = 0;
                  for (int i = 0; i < 50; i++) {
                    if (node.places().take(List.of(new Claim("s:ann", own + 1, 20))).join() < 0) {
                      own++;
                      held.incrementAndGet();
                    }
                  }
                }));
      }
      for (Future<?> racer : racers) {
        racer.get();
      }
    }
    assertThat(held).hasValue(20);
  }

  @Test
  void placesOfANodeThatWasKilledAreFreeAfterItsLease() {
    Fleet a = join("a");
    Fleet b = join("b");
    b.places().take(List.of(new Claim("s:ann", 2, 2))).join();
    assertThat(a.places().take(List.of(new Claim("s:bob", 1, 9), new Claim("s:ann", 1, 2))).join())
        .isEqualTo(1);
    b.end();
    await().until(() -> a.places().take(List.of(new Claim("s:ann", 2, 2))).join() == -1);
  }

  @Test
  void nodeSaysItsPlacesAnewWhenRedisHasForgottenThem() {
    Fleet a = join("a");
    Fleet b = join("b");
    b.countWith(told -> told.accept(Map.of("s:ann", 2)));
    flush();
    await().until(() -> a.places().take(List.of(new Claim("s:ann", 1, 2))).join() == 0);
  }

  // Rates

  @Test
  void whatOneNodeAllowedIsTakenFromTheOthers() {
    Fleet a = join("a");
    Fleet b = join("b");
    List<String> charged = new java.util.concurrent.CopyOnWriteArrayList<>();
    List<String> chargedAtHome = new java.util.concurrent.CopyOnWriteArrayList<>();
    b.chargePublishes(
        (account, amounts) -> charged.add(account + " " + amounts[0] + " " + amounts[1]));
    a.chargePublishes((account, amounts) -> chargedAtHome.add(account));
    a.publishes().spent("s:ann", 2, 100);
    a.publishes().spent("s:ann", 3, 50);
    a.publishes().spent("k:svc", 1, 7);
    await().until(() -> charged.size() >= 2);
    assertThat(charged).contains("k:svc 1 7");
    assertThat(charged.stream().filter(each -> each.startsWith("s:ann")).count()).isPositive();
    assertThat(chargedAtHome).isEmpty();
  }
}
