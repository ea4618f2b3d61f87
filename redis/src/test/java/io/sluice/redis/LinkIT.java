package io.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkIT {

  @TempDir private Path directory;
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void end() {
    scheduler.shutdownNow();
  }

  @Test
  void comesBackWhenTheServerDoes() throws Exception {
    AtomicInteger lost = new AtomicInteger();
    try (RedisProcess redis = RedisProcess.start(directory);
        RedisConnections connections = new RedisConnections(RedisOptions.of(redis.url()));
        Link link =
            new Link(
                connections,
                "test",
                scheduler,
                new Link.Listener() {
                  @Override
                  public CompletableFuture<Boolean> connected(
                      StatefulRedisConnection<byte[], byte[]> connection) {
                    return CompletableFuture.completedFuture(true);
                  }

                  @Override
                  public void lost() {
                    lost.incrementAndGet();
                  }
                })) {
      link.start();
      link.firstUp().get(10, TimeUnit.SECONDS);
      StatefulRedisConnection<byte[], byte[]> first = link.current();
      assertThat(first).isNotNull();
      assertThat(first.async().set(bytes("a"), bytes("1")).get()).isEqualTo("OK");
      redis.kill();
      await().until(() -> link.current() == null);
      assertThat(lost.get()).isEqualTo(1);
      redis.restart();
      await().until(() -> link.current() != null);
      assertThat(link.current()).isNotSameAs(first);
    }
  }

  @Test
  void aUserOfTheServersOwnListIsLetIn() throws Exception {
    try (RedisProcess redis =
            RedisProcess.start(directory, "--user", "hub", "on", ">s3cret", "~{mine}:*", "+@all");
        RedisConnections connections =
            new RedisConnections(
                RedisOptions.of("redis://hub@127.0.0.1:" + redis.port())
                    .withPassword("s3cret")
                    .withPrefix("mine"))) {
      var connection = connections.connect("test").get(10, TimeUnit.SECONDS);
      byte[] key = bytes(connections.options().key("a"));
      assertThat(connection.async().set(key, bytes("1")).get()).isEqualTo("OK");
      assertThatThrownBy(() -> connection.async().set(bytes("other"), bytes("1")).get())
          .hasMessageContaining("NOPERM");
    }
  }

  @Test
  void whatIsWrongWithAUrlIsSaidWithoutItsPassword() {
    assertThatThrownBy(() -> new RedisConnections(RedisOptions.of("http://u:s3cret@host")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http://u@host isn't the URL of a Redis server")
        .message()
        .doesNotContain("s3cret");
    assertThat(RedisOptions.of("redis://u:s3cret@host").toString()).doesNotContain("s3cret");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
