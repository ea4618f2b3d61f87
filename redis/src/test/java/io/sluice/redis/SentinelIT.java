package io.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.event.Publication;
import io.sluice.hub.Delivery;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master dies, and Sentinel puts its replica in its place. */
class SentinelIT {

  private static final ConditionFactory SOON = await().atMost(Duration.ofSeconds(60));

  @TempDir private Path directory;

  @Test
  void whatAReplicaHasOutlivesItsMaster() throws Exception {
    Path program = RedisProcess.program("redis-sentinel").orElse(null);
    if (program == null) {
      System.out.println("no redis-sentinel is installed: the failover isn't tried");
    }
    assumeTrue(program != null, "no redis-sentinel is installed");
    try (RedisProcess master = RedisProcess.start(directory.resolve("master"));
        RedisProcess replica =
            RedisProcess.start(
                directory.resolve("replica"),
                "--replicaof",
                "127.0.0.1 " + master.port(),
                "--repl-diskless-sync-delay",
                "0")) {
      int port = RedisProcess.freePort();
      Process sentinel = sentinel(program, port, master.port());
      try {
        String url = "redis-sentinel://127.0.0.1:" + port + "#hubs";
        Hub one = hub(url);
        Hub other = hub(url);
        try (one;
            other) {
          List<String> got = follow(other);
          publishWhenItCan(one, "before");
          SOON.until(() -> got.contains("before"));
          SOON.until(() -> hasAll(replica, one.newest().sequence()));
          master.kill();
          publishWhenItCan(other, "after");
          SOON.until(() -> got.contains("after"));
          assertThat(got).containsExactly("before", "after");
        }
      } finally {
        sentinel.destroyForcibly().waitFor();
      }
    }
  }

  private static boolean hasAll(RedisProcess replica, long head) throws Exception {
    try (RedisConnections connections = new RedisConnections(RedisOptions.of(replica.url()))) {
      byte[] key = Script.bytes(connections.options().key("meta"));
      byte[] held = connections.connect("test").get().async().hget(key, Script.bytes("head")).get();
      return held != null && Script.number(held) == head;
    }
  }

  private Process sentinel(Path program, int port, int masterPort) throws Exception {
    Path file = directory.resolve("sentinel.conf");
    Files.writeString(
        file,
        """
        port %d
        bind 127.0.0.1
        dir %s
        sentinel monitor hubs 127.0.0.1 %d 1
        sentinel down-after-milliseconds hubs 1000
        sentinel failover-timeout hubs 5000
        """
            .formatted(port, directory, masterPort));
    return new ProcessBuilder(program.toString(), file.toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("sentinel.log").toFile())
        .start();
  }

  private static Hub hub(String url) {
    RedisOptions server = RedisOptions.of(url).withTimeout(Duration.ofMillis(500));
    return Hub.open(
        HubOptions.DEFAULT,
        RedisStore.open(
            SharedLogOptions.of(server, RetentionRules.DEFAULT)
                .withPatience(Duration.ofMillis(1500))));
  }

  private static List<String> follow(Hub hub) {
    List<String> got = new CopyOnWriteArrayList<>();
    hub.subscribe(
        Subscription.to("**"),
        Origin.live(),
        delivery -> {
          switch (delivery) {
            case Delivery.Received received -> got.add(received.event().data());
            case Delivery.Missed missed -> got.add("gap " + missed.gap().reason());
            default -> {}
          }
        });
    return got;
  }

  // With a key: what was refused may have been done all the same, and isn't done twice.
  private static void publishWhenItCan(Hub hub, String data) {
    List<Publication> event = List.of(Publication.of("a", data));
    SOON.ignoreExceptions().until(() -> hub.publish(event, data).join() != null);
  }
}
