package io.sluice.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, made anew whenever it is lost, after a pause that grows. Commands are never sent
 * again by it: what was under way fails, and whoever sent it decides.
 *
 * <p>Thread-safe. Listeners are called on the scheduler, one call at a time.
 */
public final class Link implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** Is told what becomes of a link. */
  public interface Listener {

    /**
     * There is a connection.
     *
     * @return whether it is to be kept; fails or completes with false if it is of no use, as when
     *     the server is a replica
     */
    CompletableFuture<Boolean> connected(StatefulRedisConnection<byte[], byte[]> connection);

    /** Opens one: whoever wants one of another kind says so. */
    default CompletableFuture<? extends StatefulRedisConnection<byte[], byte[]>> open(
        RedisConnections connections, String name) {
      return connections.connect(name);
    }

    /** There is none any more, for now. */
    default void lost() {}
  }

  private final RedisConnections connections;
  private final String name;
  private final ScheduledExecutorService scheduler;
  private final Listener listener;
  private final CompletableFuture<Void> firstUp = new CompletableFuture<>();

  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> current;
  private volatile boolean closed;

  // Confined to the scheduler.
  private @Nullable StatefulRedisConnection<byte[], byte[]> latest;
  private Duration pause = FIRST_PAUSE;
  private @Nullable ScheduledFuture<?> next;
  private @Nullable String lastComplaint;

  /**
   * @param scheduler one thread, which outlives the link
   */
  public Link(
      RedisConnections connections,
      String name,
      ScheduledExecutorService scheduler,
      Listener listener) {
    this.connections = connections;
    this.name = name;
    this.scheduler = scheduler;
    this.listener = listener;
  }

  /** Begins. To be called once. */
  public void start() {
    scheduler.execute(this::connect);
  }

  /** The connection, or null while there is none. */
  public @Nullable StatefulRedisConnection<byte[], byte[]> current() {
    return current;
  }

  /** Completes when there was a connection for the first time. */
  public CompletableFuture<Void> firstUp() {
    return firstUp;
  }

  /** Gives up a connection that doesn't do what it should, if it still is the present one. */
  public void drop(StatefulRedisConnection<byte[], byte[]> connection, String why) {
    onScheduler(() -> ended(connection, why));
  }

  private void connect() {
    if (closed) {
      return;
    }
    opened()
        .whenComplete(
            (connection, failure) ->
                onScheduler(
                    () -> {
                      if (failure != null) {
                        complain(failure);
                        later();
                      } else {
                        take(connection);
                      }
                    }));
  }

  // What is thrown here would end the link without a word.
  private CompletableFuture<? extends StatefulRedisConnection<byte[], byte[]>> opened() {
    try {
      return listener.open(connections, name);
    } catch (RuntimeException unusable) {
      return CompletableFuture.failedFuture(unusable);
    }
  }

  private void take(StatefulRedisConnection<byte[], byte[]> connection) {
    if (closed) {
      connection.closeAsync();
      return;
    }
    latest = connection;
    connection.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> which) {
            onScheduler(() -> ended(connection, "the server closed it"));
          }
        });
    listener
        .connected(connection)
        .whenComplete(
            (kept, failure) ->
                onScheduler(
                    () -> {
                      if (!isLatest(connection)) {
                        return; // it ended meanwhile
                      }
                      if (failure != null || !kept) {
                        complain(
                            failure != null
                                ? failure
                                : new RedisException("the server isn't one to write to"));
                        latest = null;
                        connection.closeAsync();
                        later();
                        return;
                      }
                      if (lastComplaint != null) {
                        LOG.info("{} is connected to {} again", name, connections.options());
                      }
                      lastComplaint = null;
                      pause = FIRST_PAUSE;
                      current = connection;
                      firstUp.complete(null);
                    }));
    if (!connection.isOpen()) {
      ended(connection, "the server closed it"); // before the listener was there
    }
  }

  private void ended(StatefulRedisConnection<byte[], byte[]> connection, String why) {
    if (!isLatest(connection)) {
      return;
    }
    latest = null;
    current = null;
    connection.closeAsync();
    if (closed) {
      return;
    }
    complain(new RedisException(why));
    listener.lost();
    later();
  }

  @SuppressWarnings("ReferenceEquality") // this one is meant, not one like it
  private boolean isLatest(StatefulRedisConnection<byte[], byte[]> connection) {
    return latest == connection;
  }

  private void later() {
    long millis = pause.toMillis();
    long spread = millis / 2 + ThreadLocalRandom.current().nextLong(millis);
    pause = pause.multipliedBy(2);
    if (pause.compareTo(LONGEST_PAUSE) > 0) {
      pause = LONGEST_PAUSE;
    }
    if (!closed) {
      next = scheduler.schedule(this::connect, spread, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Tries at once, if it waits to; to be called on the scheduler when there is a reason to hope.
   */
  void hurry() {
    ScheduledFuture<?> waiting = next;
    pause = FIRST_PAUSE;
    if (waiting != null && waiting.cancel(false)) {
      next = null;
      connect();
    }
  }

  private void complain(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String what = String.valueOf(root.getMessage());
    if (!what.equals(lastComplaint)) {
      lastComplaint = what;
      LOG.warn("{} has no connection to {}: {}", name, connections.options(), what);
    }
  }

  private void onScheduler(Runnable task) {
    if (!scheduler.isShutdown()) {
      scheduler.execute(task);
    }
  }

  /** Ends it. */
  @Override
  public void close() {
    closed = true;
    StatefulRedisConnection<byte[], byte[]> open = current;
    current = null;
    if (open != null) {
      open.closeAsync();
    }
  }
}
