package io.sluice.redis.fleet;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.sluice.redis.Link;
import io.sluice.redis.RedisConnections;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection on which a node hears what others publish. What is published while there is none
 * is never heard: whoever listens must be able to find out.
 *
 * <p>Thread-safe. Listeners are called on Lettuce's thread, one message at a time, and must not
 * block.
 */
final class Ears implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Ears.class);

  private final Link link;
  private final Map<String, Consumer<byte[]>> listeners = new ConcurrentHashMap<>();

  Ears(RedisConnections connections, ScheduledExecutorService scheduler) {
    link = new Link(connections, "sluice-fleet-ears", scheduler, new Listener());
  }

  private final class Listener implements Link.Listener {

    @Override
    public CompletableFuture<? extends StatefulRedisConnection<byte[], byte[]>> open(
        RedisConnections connections, String name) {
      return connections.connectPubSub(name);
    }

    @Override
    public CompletableFuture<Boolean> connected(
        StatefulRedisConnection<byte[], byte[]> connection) {
      StatefulRedisPubSubConnection<byte[], byte[]> ears =
          (StatefulRedisPubSubConnection<byte[], byte[]>) connection;
      ears.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] message) {
              heard(new String(channel, StandardCharsets.UTF_8), message);
            }
          });
      byte[][] channels = listeners.keySet().stream().map(Script::bytes).toArray(byte[][]::new);
      return ears.async().subscribe(channels).toCompletableFuture().thenApply(done -> true);
    }
  }

  private void heard(String channel, byte[] message) {
    Consumer<byte[]> listener = listeners.get(channel);
    if (listener == null) {
      return;
    }
    try {
      listener.accept(message);
    } catch (RuntimeException unusable) {
      log.error("a message on {} can't be used", channel, unusable);
    }
  }

  /** Listens to a channel; to be called before {@link #start}. */
  void listen(String channel, Consumer<byte[]> listener) {
    listeners.put(channel, listener);
  }

  void start() {
    link.start();
  }

  CompletableFuture<Void> firstUp() {
    return link.firstUp();
  }

  /** Looks for a new connection: nothing has been heard on this one that should have been. */
  void renew(String why) {
    StatefulRedisConnection<byte[], byte[]> current = link.current();
    if (current != null) {
      link.drop(current, why);
    }
  }

  /** Listens to one more channel, or no more. */
  void alsoListen(String channel, Consumer<byte[]> listener) {
    listeners.put(channel, listener);
    if (link.current() instanceof StatefulRedisPubSubConnection<byte[], byte[]> ears) {
      ears.async().subscribe(Script.bytes(channel));
    }
  }

  void listenNoMore(String channel) {
    listeners.remove(channel);
    if (link.current() instanceof StatefulRedisPubSubConnection<byte[], byte[]> ears) {
      ears.async().unsubscribe(Script.bytes(channel));
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
