package io.sluice.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.sluice.event.ChannelPattern;
import io.sluice.log.Append;
import io.sluice.log.Appended;
import io.sluice.log.Beginning;
import io.sluice.log.ChannelFigures;
import io.sluice.log.Epochs;
import io.sluice.log.Framing;
import io.sluice.log.KeptKey;
import io.sluice.log.Piece;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.log.Store;
import io.sluice.log.StoreFailedException;
import io.sluice.log.StoreFigures;
import io.sluice.log.Stretch;
import io.sluice.log.Tail;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The log on a Redis or Valkey server that any number of hubs share.
 *
 * <p>One script appends what all publishers of this node have handed in since the last one. What
 * was appended, by whichever node, comes back on a connection that follows the log, and only then
 * is visible and answered. So live fan-out asks Redis for nothing.
 *
 * <p>Where Redis has lost something, as after a failover or with a backup put in its place, the log
 * goes on in another life, the same for all nodes: {@link Tail#jumped}.
 *
 * <p>Thread-safe. Futures complete on the store's own threads.
 */
public final class RedisStore implements Store {

  private static final Duration OPEN_WITHIN = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int ATTEMPTS = 100;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(50);

  /** Somebody who waits until the tail has come so far. */
  private record Waiter(long upTo, CompletableFuture<Void> done) {}

  private final SharedLogOptions options;
  private final RedisConnections connections;
  private final ScheduledExecutorService thread;
  private final Membership membership;
  private final Appends appends;
  private final TailFeed feed;
  private final Link reading;
  private final Reader reader;
  private final Sweep sweep;
  private final CompletableFuture<Session> first = new CompletableFuture<>();
  private volatile Epochs epochs = Epochs.first("none");
  private volatile long lastHead;
  private volatile boolean closed;

  // The node's thread's own.
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  private RedisStore(SharedLogOptions options) {
    this.options = options;
    this.connections = new RedisConnections(options.server());
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sluice-redis").daemon().factory());
    String node = Long.toString(ThreadLocalRandom.current().nextLong(1L << 50), 36);
    this.membership = new Membership(connections, node, thread, this::newestSeen, this::joined);
    this.appends = new Appends(options, node, thread, membership);
    this.feed =
        new TailFeed(
            connections,
            node,
            thread,
            membership,
            options.server().replicas() > 0,
            appends::drafts,
            this::reached);
    this.reading =
        new Link(
            connections,
            "sluice-read-" + node,
            thread,
            connection -> CompletableFuture.completedFuture(true));
    this.reader = new Reader(options.server(), reading::current);
    this.sweep = new Sweep(options, reader, thread);
  }

  /**
   * Opens the log on a server, and begins it if there is none. Blocks until that is done, for a
   * bounded time.
   *
   * @throws UnreachableRedisException if the server can't be reached or used
   * @throws IllegalArgumentException if its URL or the certificates can't be used
   */
  public static RedisStore open(SharedLogOptions options) {
    RedisStore store = new RedisStore(options);
    try {
      store.membership.start();
      store.reading.start();
      Session session = store.first.get(OPEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      store.reading.firstUp().get(OPEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      store.lastHead = session.head();
      return store;
    } catch (InterruptedException e) {
      store.close();
      Thread.currentThread().interrupt();
      throw new UnreachableRedisException("interrupted while Redis is asked");
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      String why = store.membership.trouble();
      store.close();
      throw new UnreachableRedisException(
          why == null ? "Redis at " + options.server().shownUrl() + " doesn't answer" : why);
    }
  }

  private long newestSeen() {
    return Math.max(feed.newest(), appends.seen());
  }

  private void joined(Session session, String outcome) {
    epochs = session.epochs();
    feed.joined(session);
    appends.joined(session, outcome);
    reading.hurry();
    first.complete(session);
  }

  private void reached(long newest) {
    appends.reached(newest);
    while (!waiters.isEmpty() && waiters.getFirst().upTo <= newest) {
      waiters.removeFirst().done.complete(null);
    }
  }

  @Override
  public Epochs epochs() {
    return epochs;
  }

  @Override
  public long newest() {
    return lastHead;
  }

  @Override
  public long newestTimeMillis() {
    Session session = membership.session();
    return session == null ? 0 : session.timeMillis();
  }

  @Override
  public List<KeptKey> keys() {
    return List.of(); // they are asked for where they are, with each append
  }

  @Override
  public InstantSource clock(InstantSource own) {
    InstantSource given = options.clock();
    return given != null ? given : () -> Instant.ofEpochMilli(millis(own));
  }

  private long millis(InstantSource own) {
    return own.millis() + membership.clockOffsetMillis();
  }

  private long nowMillis() {
    InstantSource given = options.clock();
    long now = given != null ? given.millis() : millis(InstantSource.system());
    return Math.max(now, membership.view().millis());
  }

  @Override
  public void start(Tail tail) {
    thread.execute(
        () -> {
          feed.start(tail, epochs, lastHead);
          long nanos = TICK.toNanos();
          thread.scheduleWithFixedDelay(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
        });
  }

  private void tick() {
    appends.tick(feed.unconfirmed());
    Session session = membership.session();
    if (session != null) {
      sweep.tick(session);
    }
  }

  /** Gives up what is too old in channels that are quiet, all of them, now; for tests. */
  public void maintain() {
    Session session = membership.session();
    if (session != null) {
      sweep.all(session).join();
    }
  }

  @Override
  public CompletableFuture<Appended> append(Append append) {
    return appends.append(append);
  }

  @Override
  public CompletableFuture<Void> upToDate() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    thread.execute(
        () -> {
          Session session = membership.session();
          if (session == null) {
            done.completeExceptionally(unreachable(null));
            return;
          }
          membership
              .fresh(session)
              .whenCompleteAsync(
                  (view, failure) -> {
                    if (failure != null) {
                      done.completeExceptionally(unreachable(failure));
                    } else if (view.head() <= feed.newest()) {
                      done.complete(null);
                    } else {
                      waiters.add(new Waiter(view.head(), done));
                    }
                  },
                  thread);
        });
    return done.orTimeout(options.patience().toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(unreachable(failure)));
  }

  private StoreFailedException unreachable(@Nullable Throwable cause) {
    return cause instanceof StoreFailedException known
        ? known
        : new StoreFailedException(
            "Redis at "
                + options.server().shownUrl()
                + " doesn't answer"
                + (cause == null ? "" : ": " + cause.getMessage()),
            true,
            cause);
  }

  @Override
  public CompletableFuture<Start> begin(Selection selection, Beginning beginning, long until) {
    return ask(past -> past.begin(selection, beginning, until));
  }

  @Override
  public CompletableFuture<Piece> read(Stretch stretch) {
    return ask(past -> past.read(stretch));
  }

  @Override
  public CompletableFuture<List<ChannelFigures>> channels(ChannelPattern pattern, int limit) {
    return ask(
        past ->
            reader
                .named(pattern, Math.min(limit, Reader.MAX_CHANNELS))
                .thenCompose(names -> past.figures(names, limit)));
  }

  @Override
  public CompletableFuture<Boolean> matchesMoreThan(int count, Selection selection) {
    return ask(
        past ->
            reader
                .channels(selection, 0)
                .thenCompose(reader::states)
                .thenApply(
                    states ->
                        states.values().stream().filter(state -> !state.isEmpty()).count()
                            > count));
  }

  // Reading twice does no harm. So a connection that is just being made anew is waited for, and a
  // log that has gone on in another life is asked again when this node knows that.
  private static boolean passes(Throwable cause) {
    return cause instanceof Reader.OtherLifeException
        || cause instanceof StoreFailedException
        || (cause instanceof RedisException && !(cause instanceof RedisCommandExecutionException));
  }

  private <T> CompletableFuture<T> ask(Function<Past, CompletableFuture<T>> question) {
    return ask(question, ATTEMPTS)
        .exceptionallyCompose(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              return CompletableFuture.failedFuture(unreachable(cause));
            });
  }

  private <T> CompletableFuture<T> ask(
      Function<Past, CompletableFuture<T>> question, int attempts) {
    CompletableFuture<T> answer;
    try {
      Framing framing = new Framing(epochs, options.timeLines());
      answer =
          question.apply(
              new Past(
                  reader, options.rules(), framing, nowMillis(), membership.view().forgotten()));
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.exceptionallyCompose(
        failure -> {
          Throwable cause =
              failure instanceof CompletionException && failure.getCause() != null
                  ? failure.getCause()
                  : failure;
          if (!passes(cause) || attempts == 0 || closed) {
            return CompletableFuture.failedFuture(cause);
          }
          CompletableFuture<T> again = new CompletableFuture<>();
          thread.schedule(
              () ->
                  ask(question, attempts - 1)
                      .whenComplete(
                          (value, failed) -> {
                            if (failed != null) {
                              again.completeExceptionally(failed);
                            } else {
                              again.complete(value);
                            }
                          }),
              BETWEEN_ATTEMPTS.toMillis(),
              TimeUnit.MILLISECONDS);
          return again;
        });
  }

  @Override
  public StoreFigures figures() {
    Membership.View view = membership.view();
    return new StoreFigures(
        view.events(),
        view.bytes(),
        view.channels(),
        view.evicted(),
        view.bytes(),
        appends.batches());
  }

  @Override
  public @Nullable String trouble() {
    return membership.trouble();
  }

  /** A connection of its own for others, as for what nodes share beside the log. */
  CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connect(String name) {
    return connections.connect(name);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    appends.close();
    appends.awaitIdle();
    thread.execute(
        () -> {
          feed.close();
          reading.close();
          membership.close();
        });
    thread.shutdown();
    try {
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
    connections.close();
  }
}
