package io.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.redis.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes on one Redis behind nginx, and what may happen to all of them: every subscriber gets
 * every event once, or is told what it doesn't get. {@code -Dfleet.subscribers=2000} and {@code
 * -Dfleet.seconds=20} make it larger and longer.
 */
class FleetFaultsIT {

  private static final int SUBSCRIBERS = Integer.getInteger("fleet.subscribers", 200);
  private static final long TROUBLE_MILLIS = Integer.getInteger("fleet.seconds", 1) * 1000L;
  private static final int NODES = 3;
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final List<HubProcess> nodes = new ArrayList<>();
  private final List<Witness> witnesses = new ArrayList<>();
  private final List<Reporter> reporters = new ArrayList<>();
  private final List<AutoCloseable> closed = new ArrayList<>();
  private final Queue<String> wrong = Witness.nothingWrong();
  private final Queue<Long> returns = new ConcurrentLinkedQueue<>();

  @AfterEach
  void end() throws Exception {
    for (Reporter reporter : reporters) {
      reporter.close();
    }
    for (Witness witness : witnesses) {
      witness.close();
    }
    for (HubProcess node : nodes) {
      node.close();
    }
    for (AutoCloseable other : closed.reversed()) {
      other.close();
    }
  }

  private static List<String> channelsOf(int reporter) {
    return List.of("fleet/" + reporter + "/a", "fleet/" + reporter + "/b");
  }

  private Proxy start(String redis, String... more) throws IOException {
    for (int i = 0; i < NODES; i++) {
      List<String> settings =
          new ArrayList<>(
              List.of(
                  "--node=n" + i,
                  "--node-lease=2s",
                  "--history.store=redis",
                  "--history.redis.url=" + redis,
                  "--drain=3s",
                  "--stream.retry=500ms",
                  "--stream.heartbeat=2s",
                  "--limits.connections-per-address=100000",
                  "--limits.attempts=none"));
      settings.addAll(List.of(more));
      nodes.add(HubProcess.start(settings.toArray(String[]::new)));
    }
    Proxy nginx = NginxIT.plain(nodes.stream().map(HubProcess::port).toList(), directory);
    closed.add(nginx);
    return nginx;
  }

  /** Subscribers to a channel, to several and to patterns; then publishers, one at each node. */
  private void begin(Proxy nginx) {
    for (int i = 0; i < SUBSCRIBERS; i++) {
      int of = i % NODES;
      String query =
          switch (i % 4) {
            case 0 -> "channel=fleet/" + of + "/a";
            case 1 -> "channel=fleet/" + of + "/a&channel=fleet/" + of + "/b";
            case 2 -> "channel=fleet/" + of + "/*";
            default -> "channel=fleet/**";
          };
      witnesses.add(new Witness(nginx.port(), query, wrong, returns));
    }
    await().atMost(SOON).until(() -> witnesses.stream().allMatch(Witness::hasBegun));
    for (int i = 0; i < NODES; i++) {
      reporters.add(new Reporter(nodes.get(i).url(), channelsOf(i)));
    }
    for (int i = 0; i < NODES; i++) {
      reporters.add(new Reporter("http://127.0.0.1:" + nginx.port(), channelsOf(NODES + i)));
    }
    awaitProgress();
  }

  /** Each publisher has got on since now, and each subscriber has what was answered by then. */
  private void awaitProgress() {
    Map<String, Long> before = new TreeMap<>();
    reporters.forEach(
        reporter ->
            reporter
                .answered()
                .forEach((channel, number) -> before.put(channel, number.get() + 5)));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(wrong).isEmpty();
              for (Reporter reporter : reporters) {
                reporter
                    .answered()
                    .forEach(
                        (channel, number) ->
                            assertThat(number.get())
                                .as(channel)
                                .isGreaterThanOrEqualTo(before.get(channel)));
              }
            });
    awaitAll(before);
  }

  private void awaitAll(Map<String, Long> numbers) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(wrong).isEmpty();
              for (int i = 0; i < witnesses.size(); i++) {
                Witness witness = witnesses.get(i);
                int of = i % NODES;
                List<String> channels = new ArrayList<>();
                if (i % 4 == 3) {
                  channels.addAll(numbers.keySet());
                } else {
                  channels.addAll(channelsOf(of).subList(0, i % 4 == 0 ? 1 : 2));
                }
                for (String channel : channels) {
                  assertThat(witness.last(channel))
                      .as("subscriber %s on %s", i, channel)
                      .isGreaterThanOrEqualTo(numbers.get(channel));
                }
              }
            });
  }

  /** All that was answered has come to all, once. */
  private void finish() throws InterruptedException {
    Map<String, Long> numbers = new TreeMap<>();
    for (Reporter reporter : reporters) {
      reporter.stop();
      reporter.answered().forEach((channel, number) -> numbers.put(channel, number.get()));
    }
    awaitAll(numbers);
    assertThat(wrong).isEmpty();
    System.out.printf(
        "%d subscribers, %d events, %d publishes sent again, %d connections, %d gaps told%n",
        witnesses.size(),
        numbers.values().stream().mapToLong(Long::longValue).sum(),
        reporters.stream().mapToLong(Reporter::repeated).sum(),
        witnesses.stream().mapToInt(Witness::connections).sum(),
        witnesses.stream().mapToInt(Witness::gaps).sum());
  }

  private int gaps() {
    return witnesses.stream().mapToInt(Witness::gaps).sum();
  }

  private static void last(long millis) throws InterruptedException {
    Thread.sleep(millis); // for so long the trouble lasts; nothing is expected of it
  }

  @Test
  void nothingIsLostWhateverHappensToNodesAndRedis() throws Exception {
    RedisProcess redis =
        RedisProcess.start(
            directory.resolve("redis"), "--appendonly", "yes", "--appendfsync", "always");
    closed.add(redis);
    begin(start(redis.url()));

    nodes.get(0).kill();
    last(TROUBLE_MILLIS);
    nodes.get(0).startAgain();
    awaitProgress();

    nodes.get(1).pause();
    last(TROUBLE_MILLIS + 2000); // longer than its lease
    nodes.get(1).resume();
    awaitProgress();

    redis.pause();
    last(TROUBLE_MILLIS);
    redis.resume();
    awaitProgress();

    redis.kill();
    last(TROUBLE_MILLIS);
    redis.restart();
    awaitProgress();

    returns.clear();
    for (HubProcess node : nodes) {
      node.stop();
      node.startAgain();
    }
    awaitProgress();
    finish();
    assertThat(gaps()).isZero();
    report("clients came back after a deploy");
  }

  /** How long clients took to come back, by half a second. */
  private void report(String what) {
    Map<Long, Integer> histogram = new TreeMap<>();
    returns.forEach(millis -> histogram.merge(millis / 500, 1, Integer::sum));
    StringBuilder text = new StringBuilder(what).append(", by half a second:\n");
    histogram.forEach((half, count) -> text.append("  %4.1f s %5d%n".formatted(half / 2.0, count)));
    System.out.print(text);
    // Not a spike: no half second has most of them.
    int most = histogram.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    assertThat(most).as(text.toString()).isLessThan(returns.size() / 2);
  }

  @Test
  void nothingIsLostSilentlyInAFailover() throws Exception {
    Program sentinel = Program.find("redis-sentinel");
    RedisProcess master = RedisProcess.start(directory.resolve("master"));
    closed.add(master);
    RedisProcess replica =
        RedisProcess.start(
            directory.resolve("replica"), "--replicaof", "127.0.0.1 " + master.port());
    closed.add(replica);
    int port = Proxy.freePort();
    Path config =
        Files.writeString(
            directory.resolve("sentinel.conf"),
            """
            port %d
            bind 127.0.0.1
            sentinel monitor fleet 127.0.0.1 %d 1
            sentinel down-after-milliseconds fleet 1000
            sentinel failover-timeout fleet 3000
            """
                .formatted(port, master.port()));
    closed.add(
        Proxy.start(sentinel.command(config.toString()), directory.resolve("sentinel.log"), port));
    begin(start("redis-sentinel://127.0.0.1:" + port + "#fleet"));

    // What is acknowledged from here on, the replica may not get.
    replica.pause();
    last(500);
    master.kill();
    replica.resume();
    awaitProgress();
    finish();
  }
}
