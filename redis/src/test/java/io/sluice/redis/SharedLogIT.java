package io.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.hub.Delivery;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.hub.Receipt;
import io.sluice.log.RetentionRules;
import io.sluice.log.StoreFailedException;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hubs that share a log on a real server, and what becomes of them when that fails. */
class SharedLogIT {

  private static final ConditionFactory SOON = await().atMost(Duration.ofSeconds(30));

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private RedisProcess redis(String... options) {
    RedisProcess server = RedisProcess.start(directory.resolve("redis" + open.size()), options);
    open.add(server);
    return server;
  }

  private Hub hub(String url) {
    return hub(RedisOptions.of(url));
  }

  private Hub hub(RedisOptions server) {
    SharedLogOptions options =
        SharedLogOptions.of(server.withTimeout(Duration.ofMillis(500)), RetentionRules.DEFAULT)
            .withPatience(Duration.ofMillis(1500));
    Hub hub = Hub.open(HubOptions.DEFAULT, RedisStore.open(options));
    open.add(hub);
    return hub;
  }

  /** What a subscriber got: data, and gaps with their reason. */
  private static List<String> follow(Hub hub, Origin origin) {
    List<String> got = new CopyOnWriteArrayList<>();
    hub.subscribe(
        Subscription.to("**"),
        origin,
        delivery -> {
          switch (delivery) {
            case Delivery.Received received -> got.add(received.event().data());
            case Delivery.Missed missed -> got.add("gap " + missed.gap().reason());
            default -> {}
          }
        });
    return got;
  }

  private static EventId publish(Hub hub, String data) {
    return hub.publish(Publication.of("a", data)).join().first();
  }

  private static void publishWhenItCan(Hub hub, String data) {
    SOON.ignoreExceptions().until(() -> publish(hub, data) != null);
  }

  @Test
  void whatIsPublishedAtOneReachesAllInOneOrder() {
    RedisProcess redis = redis();
    List<Hub> hubs = List.of(hub(redis.url()), hub(redis.url()), hub(redis.url()));
    List<List<String>> got = hubs.stream().map(hub -> follow(hub, Origin.live())).toList();
    List<CompletableFuture<Receipt>> published = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      published.add(hubs.get(i % 3).publish(Publication.of("a/" + i % 7, "" + i)));
    }
    CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).join();
    SOON.until(() -> got.stream().allMatch(each -> each.size() == 1000));
    assertThat(got.get(1)).isEqualTo(got.get(0));
    assertThat(got.get(2)).isEqualTo(got.get(0)).doesNotHaveDuplicates();
    assertThat(published.stream().map(each -> each.join().first())).doesNotHaveDuplicates();
  }

  @Test
  void twoThatStartAtTheSameMomentAgreeOnOneLife() {
    RedisProcess redis = redis();
    List<CompletableFuture<Hub>> opening = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      opening.add(CompletableFuture.supplyAsync(() -> hub(redis.url())));
    }
    List<String> epochs = opening.stream().map(each -> each.join().newest().epoch()).toList();
    assertThat(epochs).containsOnly(epochs.getFirst());
  }

  @Test
  void aKeyThatOneHubHasTakenIsKnownToTheOther() {
    RedisProcess redis = redis();
    List<Publication> event = List.of(Publication.of("a", "1"));
    Receipt first = hub(redis.url()).publish(event, "key").join();
    Receipt second = hub(redis.url()).publish(event, "key").join();
    assertThat(second.first()).isEqualTo(first.first());
    assertThat(second.repeated()).isTrue();
  }

  @Test
  void aHubThatIsBehindItsClientWaitsForTheTail() {
    RedisProcess redis = redis();
    Hub one = hub(redis.url());
    Hub other = hub(redis.url());
    EventId last = publish(one, "before");
    List<String> got = follow(other, new Origin.After(last));
    publish(one, "after");
    SOON.until(() -> got.equals(List.of("after")));
  }

  @Test
  void aRestartWithItsFileLosesNothingAndNobodyNotices() {
    RedisProcess redis = redis("--appendonly", "yes", "--appendfsync", "always");
    Hub one = hub(redis.url());
    Hub other = hub(redis.url());
    List<String> got = follow(other, Origin.live());
    EventId before = publish(one, "1");
    SOON.until(() -> got.size() == 1);
    redis.kill();
    redis.restart();
    publishWhenItCan(one, "2");
    SOON.until(() -> got.contains("2"));
    assertThat(got).containsExactly("1", "2");
    assertThat(other.newest().epoch()).isEqualTo(one.newest().epoch());
    assertThat(follow(one, new Origin.After(before)))
        .satisfies(all -> SOON.until(() -> all.contains("2")));
  }

  @Test
  void whatAnEmptiedServerHasLostIsToldByAReset() {
    RedisProcess redis = redis();
    Hub one = hub(redis.url());
    Hub other = hub(redis.url());
    List<String> got = follow(other, Origin.live());
    EventId old = publish(one, "lost");
    SOON.until(() -> got.size() == 1);
    command(redis, "FLUSHALL");
    SOON.until(() -> got.size() == 2);
    publishWhenItCan(one, "new");
    SOON.until(() -> got.size() == 3);
    assertThat(got).containsExactly("lost", "gap RESET", "new");
    List<String> resumed = follow(one, new Origin.After(old));
    SOON.until(() -> resumed.size() == 2);
    assertThat(resumed).containsExactly("gap RESET", "new");
    assertThat(one.newest().epoch()).isEqualTo(other.newest().epoch()).isNotEqualTo(old.epoch());
  }

  @Test
  void aBackupThatIsPutInPlaceForksWhereItEnds() throws Exception {
    RedisProcess redis = redis();
    Hub one = hub(redis.url());
    EventId kept = publish(one, "kept");
    List<String> live = follow(one, Origin.live());
    command(redis, "SAVE");
    Path dump = redis.directory().resolve("dump.rdb");
    Files.copy(dump, directory.resolve("backup"));
    publish(one, "lost");
    SOON.until(() -> live.size() == 1);
    redis.kill();
    Files.copy(directory.resolve("backup"), dump, StandardCopyOption.REPLACE_EXISTING);
    redis.restart();
    SOON.until(() -> live.size() == 2);
    publishWhenItCan(one, "new");
    SOON.until(() -> live.size() == 3);
    assertThat(live).containsExactly("lost", "gap RESET", "new");
    List<String> resumed = follow(one, new Origin.After(kept));
    SOON.until(() -> resumed.size() == 1);
    assertThat(resumed).containsExactly("new");
  }

  @Test
  void aServerThatHangsIsAsGoodAsGoneAndAllGoesOnInOrder() {
    RedisProcess redis = redis();
    Hub one = hub(redis.url());
    List<String> got = follow(hub(redis.url()), Origin.live());
    publish(one, "1");
    redis.pause();
    assertThatThrownBy(() -> publish(one, "refused"))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            StoreFailedException.class, failed -> assertThat(failed.isTemporary()).isTrue());
    SOON.until(() -> one.trouble() != null);
    redis.resume();
    publishWhenItCan(one, "2");
    SOON.until(() -> got.contains("2"));
    // Whether what was refused had been done isn't known; what isn't may not come later.
    got.remove("refused");
    assertThat(got).containsExactly("1", "2");
    SOON.until(() -> one.trouble() == null);
  }

  @Test
  void aHubThatWasAwayForLongerThanTheTailReachesGoesOnWithoutALoss() {
    RedisProcess redis = redis();
    Hub one = hub(redis.url());
    try (Relay relay = Relay.to(redis.port())) {
      SharedLogOptions slow =
          SharedLogOptions.of(
                  RedisOptions.of("redis://127.0.0.1:" + relay.port())
                      .withTimeout(Duration.ofMillis(500)),
                  RetentionRules.DEFAULT)
              .withTailEvents(10);
      Hub other = Hub.open(HubOptions.DEFAULT, RedisStore.open(slow));
      open.add(other);
      List<String> got = follow(other, Origin.live());
      publish(one, "0");
      SOON.until(() -> got.size() == 1);
      relay.cut();
      Hub short_ =
          Hub.open(
              HubOptions.DEFAULT,
              RedisStore.open(
                  SharedLogOptions.of(RedisOptions.of(redis.url()), RetentionRules.DEFAULT)
                      .withTailEvents(10)));
      open.add(short_);
      for (int i = 1; i <= 200; i++) {
        publish(short_, "" + i);
      }
      relay.mend();
      SOON.until(() -> got.size() == 201);
      assertThat(got).doesNotHaveDuplicates().first().isEqualTo("0");
      assertThat(got.getLast()).isEqualTo("200");
    }
  }

  @Test
  void connectionsThatAreCutAtRandomLoseNothingAndRepeatNothing() {
    RedisProcess redis = redis();
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("cuts at random, -Dsluice.seed=" + seed);
    java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
    try (Relay relay = Relay.to(redis.port())) {
      Hub one = hub("redis://127.0.0.1:" + relay.port());
      Hub other = hub(redis.url());
      List<String> got = follow(other, Origin.live());
      List<String> here = follow(one, Origin.live());
      List<String> answered = new ArrayList<>();
      List<String> refused = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        if (random.nextInt(40) == 0) {
          relay.cut();
          relay.mend();
        }
        try {
          publish(one, "" + i);
          answered.add("" + i);
        } catch (CompletionException failed) {
          assertThat(failed.getCause()).isInstanceOf(StoreFailedException.class);
          refused.add("" + i);
        }
      }
      SOON.until(() -> got.containsAll(answered) && here.containsAll(answered));
      assertThat(got).doesNotHaveDuplicates();
      assertThat(here).isEqualTo(got);
      got.removeAll(refused);
      assertThat(got).containsExactlyElementsOf(answered);
    }
  }

  @Test
  void anEventIsShownWhenAReplicaHasIt() {
    RedisProcess master = redis();
    RedisProcess replica =
        redis("--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0");
    Hub one = hub(RedisOptions.of(master.url()).withReplicas(1));
    Hub other = hub(RedisOptions.of(master.url()).withReplicas(1));
    List<String> got = follow(other, Origin.live());
    publishWhenItCan(one, "1");
    SOON.until(() -> got.contains("1"));
    replica.kill();
    assertThatThrownBy(() -> publish(one, "unsafe"))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(StoreFailedException.class);
    assertThat(got).doesNotContain("unsafe");
    replica.restart();
    SOON.until(() -> got.contains("unsafe")); // it was there all the time, and is safe now
  }

  private static void command(RedisProcess redis, String name) {
    try (RedisConnections connections = new RedisConnections(RedisOptions.of(redis.url()))) {
      var async = connections.connect("test").get(10, TimeUnit.SECONDS).async();
      if (name.equals("SAVE")) {
        async.save().get(10, TimeUnit.SECONDS);
      } else {
        async.flushall().get(10, TimeUnit.SECONDS);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
