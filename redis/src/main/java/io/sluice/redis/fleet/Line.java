package io.sluice.redis.fleet;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.sluice.redis.Link;
import io.sluice.redis.RedisConnections;
import io.sluice.redis.fleet.NodeCallException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection on which a node says and asks everything, so that it takes effect in the order in
 * which it was said. While there is none, all fails at once; nothing waits for it to come back.
 *
 * <p>Thread-safe. Nothing blocks. Futures complete on Lettuce's threads.
 */
final class Line implements AutoCloseable {

  private final RedisConnections connections;
  private final Link link;
  private final Supplier<CompletableFuture<Boolean>> begin;
  private final Runnable lost;
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> open;

  /**
   * @param begin called for each new connection, when it can be used; what it says decides whether
   *     the connection is kept
   * @param lost called when there is none any more
   */
  Line(
      RedisConnections connections,
      ScheduledExecutorService scheduler,
      Supplier<CompletableFuture<Boolean>> begin,
      Runnable lost) {
    this.connections = connections;
    this.begin = begin;
    this.lost = lost;
    this.link = new Link(connections, "sluice-fleet", scheduler, new Listener());
  }

  private final class Listener implements Link.Listener {

    @Override
    public CompletableFuture<Boolean> connected(
        StatefulRedisConnection<byte[], byte[]> connection) {
      RedisAsyncCommands<byte[], byte[]> commands = connection.async();
      List<CompletableFuture<?>> loaded = new ArrayList<>();
      for (Script script : Script.values()) {
        loaded.add(commands.scriptLoad(script.text()).toCompletableFuture());
      }
      return CompletableFuture.allOf(loaded.toArray(CompletableFuture<?>[]::new))
          .thenCompose(
              done -> {
                // From here on what changes is said; what was before that, begin says.
                open = connection;
                return begin.get();
              });
    }

    @Override
    public void lost() {
      open = null;
      lost.run();
    }
  }

  void start() {
    link.start();
  }

  /** Completes when there was a connection that was kept. */
  CompletableFuture<Void> firstUp() {
    return link.firstUp();
  }

  /** Whether there is a connection. */
  boolean isUp() {
    return link.current() != null;
  }

  /** The name of a key or channel. */
  String key(String name) {
    return connections.options().key("fleet:" + name);
  }

  /**
   * Has a script done.
   *
   * @param arguments bytes, or what has a text
   * @return what it answers; fails with {@link NodeCallException}, reason {@code AWAY}
   */
  CompletableFuture<List<Object>> run(Script script, List<String> keys, List<?> arguments) {
    byte[][] names = keys.stream().map(Script::bytes).toArray(byte[][]::new);
    byte[][] values = arguments.stream().map(Script::bytes).toArray(byte[][]::new);
    return send(
        commands -> commands.evalsha(script.digest(), ScriptOutputType.MULTI, names, values));
  }

  /** Sends a message; answers how many heard it. */
  CompletableFuture<Long> publish(String channel, byte[] message) {
    return send(commands -> commands.publish(Script.bytes(channel), message));
  }

  /** Sends a command. */
  <T> CompletableFuture<T> send(
      Function<RedisAsyncCommands<byte[], byte[]>, RedisFuture<T>> command) {
    StatefulRedisConnection<byte[], byte[]> used = open;
    if (used == null) {
      return CompletableFuture.failedFuture(away("there is no connection to Redis"));
    }
    RedisFuture<T> sent;
    try {
      sent = command.apply(used.async());
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(away(String.valueOf(refused.getMessage())));
    }
    return sent.toCompletableFuture()
        .exceptionally(
            failure -> {
              if (failure instanceof RedisCommandTimeoutException
                  || failure instanceof RedisNoScriptException) {
                // One that says nothing is as good as gone; one that has forgotten is told anew.
                link.drop(used, String.valueOf(failure.getMessage()));
              }
              throw away(String.valueOf(failure.getMessage()));
            });
  }

  static NodeCallException away(String why) {
    return new NodeCallException(Reason.AWAY, "what nodes share can't be reached: " + why);
  }

  /** Looks for a new connection: something is wrong with this one. */
  void renew(String why) {
    StatefulRedisConnection<byte[], byte[]> used = open;
    if (used != null) {
      link.drop(used, why);
    }
  }

  @Override
  public void close() {
    link.close();
    open = null;
  }
}
