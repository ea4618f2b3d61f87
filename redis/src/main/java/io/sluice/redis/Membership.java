package io.sluice.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.sluice.log.Epochs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node among those that share the log: joins on each connection, and looks every second whether
 * the log is still the one that it knows. Where it isn't, the script forks a new life, once over
 * all nodes.
 *
 * <p>Confined to the node's thread, but for {@link #session} and the figures.
 */
final class Membership implements Link.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private static final Pattern RUN_ID = Pattern.compile("(?m)^run_id:(\\S+)");
  private static final Pattern ROLE = Pattern.compile("(?m)^role:(\\S+)");
  private static final int EPOCH_LENGTH = 6;
  private static final int MAX_LIVES = 1000;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration TROUBLE_AFTER = Duration.ofSeconds(3);

  /** Is told of sessions, on the node's thread. */
  interface Listener {

    /**
     * The node has joined.
     *
     * @param outcome what became of its last batch that Redis has done, or empty
     */
    void joined(Session session, String outcome);
  }

  /** What the server said of the log when it was looked at last. */
  record View(
      long head,
      long events,
      long bytes,
      long evicted,
      long channels,
      long forgotten,
      long millis) {
    static final View NONE = new View(0, 0, 0, 0, 0, 0, 0);
  }

  private final RedisOptions options;
  private final String node;
  private final ScheduledExecutorService thread;
  private final LongSupplier newest;
  private final Listener listener;
  private final Link link;
  private final byte[] meta;

  private volatile @Nullable Session session;
  private volatile View view = View.NONE;
  private volatile long clockOffsetMillis;
  private volatile long downSinceNanos = System.nanoTime();
  private volatile String reason = "it hasn't been reached yet";
  private volatile @Nullable String refusal;

  // The node's thread's own.
  private long generation = ThreadLocalRandom.current().nextLong(1L << 40) << 20;
  private @Nullable Epochs known;
  private boolean joining;
  private boolean looking;

  /**
   * @param newest the newest sequence that this node has seen
   */
  Membership(
      RedisConnections connections,
      String node,
      ScheduledExecutorService thread,
      LongSupplier newest,
      Listener listener) {
    this.options = connections.options();
    this.node = node;
    this.thread = thread;
    this.newest = newest;
    this.listener = listener;
    this.meta = Script.bytes(options.key("meta"));
    this.link = new Link(connections, "sluice-" + node, thread, this);
  }

  void start() {
    link.start();
    long nanos = LOOK_EVERY.toNanos();
    thread.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** The present session, or null while there is none. Any thread. */
  @Nullable Session session() {
    return session;
  }

  View view() {
    return view;
  }

  /** How far the server's clock is ahead of this one's. */
  long clockOffsetMillis() {
    return clockOffsetMillis;
  }

  /** Redis refuses to write, or doesn't any more (null). */
  void refuses(@Nullable String why) {
    refusal = why;
  }

  @Nullable String trouble() {
    String refused = refusal;
    if (refused != null) {
      return "Redis at " + options.shownUrl() + " refuses to write: " + refused;
    }
    return session == null && System.nanoTime() - downSinceNanos > TROUBLE_AFTER.toNanos()
        ? "Redis at " + options.shownUrl() + " can't be reached: " + reason
        : null;
  }

  @Override
  public CompletableFuture<Boolean> connected(StatefulRedisConnection<byte[], byte[]> connection) {
    return server(connection).thenComposeAsync(server -> join(connection, server), thread);
  }

  /** What a server is, in this life of its process; fails if it is nobody's to write to. */
  static CompletableFuture<String> server(StatefulRedisConnection<byte[], byte[]> connection) {
    return connection
        .async()
        .info("server")
        .thenCombine(connection.async().info("replication"), (one, other) -> one + "\n" + other)
        .toCompletableFuture()
        .thenApply(
            info -> {
              Matcher role = ROLE.matcher(info);
              if (role.find() && !role.group(1).equals("master")) {
                throw new RedisException("it is a " + role.group(1) + ", not the master");
              }
              Matcher id = RUN_ID.matcher(info);
              if (!id.find()) {
                throw new RedisException("it doesn't say its run_id; the user needs INFO");
              }
              return id.group(1);
            });
  }

  private CompletableFuture<Boolean> join(
      StatefulRedisConnection<byte[], byte[]> connection, String server) {
    joining = true;
    long mine = ++generation;
    Epochs before = known;
    return Script.JOIN
        .run(
            connection,
            meta,
            Script.bytes(options.key("")),
            Script.bytes(server),
            Script.bytes(node),
            Script.bytes(mine),
            Script.bytes(before == null ? "" : before.current()),
            Script.bytes(newest.getAsLong()),
            Script.bytes(name()),
            Script.bytes(MAX_LIVES))
        .handleAsync(
            (answer, failure) -> {
              joining = false;
              if (failure != null) {
                throw new RedisException("the node can't join: " + failure.getMessage(), failure);
              }
              joined(connection, server, mine, answer);
              return true;
            },
            thread);
  }

  private void joined(
      StatefulRedisConnection<byte[], byte[]> connection,
      String server,
      long mine,
      List<Object> answer) {
    List<Epochs.Life> lives = new ArrayList<>();
    for (Object life : (List<?>) answer.get(6)) {
      String[] parts = Script.text(life).split(" ", 3);
      lives.add(new Epochs.Life(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2])));
    }
    Epochs epochs = new Epochs(lives);
    Epochs before = known;
    if (before != null && !before.current().equals(epochs.current())) {
      LOG.warn(
          "the log goes on as {} after {}: what {} had past {} is lost, if it had anything there",
          epochs.current(),
          epochs.base(),
          before.current(),
          epochs.sharedWith(before));
    }
    // The same lives are the same object: that is how a change is seen.
    known = before != null && before.equals(epochs) ? before : epochs;
    Session now =
        new Session(
            connection,
            server,
            mine,
            known,
            Script.number(answer.get(2)),
            Script.number(answer.get(3)));
    session = now;
    listener.joined(now, Script.text(answer.get(5)));
  }

  private static String name() {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < EPOCH_LENGTH; i++) {
      name.append(Character.forDigit(ThreadLocalRandom.current().nextInt(36), 36));
    }
    return name.toString();
  }

  @Override
  public void lost() {
    parted("the connection was lost");
  }

  private void parted(String why) {
    if (session != null) {
      downSinceNanos = System.nanoTime();
      session = null;
    }
    reason = why;
  }

  /** A connection doesn't answer as it should: on the next one it will be known what was done. */
  void drop(Session which, String why) {
    if (isPresent(which)) {
      parted(why);
    }
    link.drop(which.connection(), why);
  }

  @SuppressWarnings("ReferenceEquality") // this one is meant, not one like it
  private boolean isPresent(@Nullable Session which) {
    return session == which;
  }

  /** The log isn't the one that this session knows: joins anew, on the same connection. */
  void rejoin(Session which) {
    if (joining || !isPresent(which)) {
      return;
    }
    session = null;
    join(which.connection(), which.server())
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                link.drop(which.connection(), String.valueOf(failure.getMessage()));
              }
            });
  }

  private void look() {
    Session now = session;
    if (now == null || looking) {
      return;
    }
    looking = true;
    fresh(now)
        .whenCompleteAsync(
            (seen, failure) -> {
              looking = false;
              if (failure != null && isPresent(now)) {
                drop(now, String.valueOf(failure.getMessage()));
              }
            },
            thread);
  }

  /** Looks at the log now; on the node's thread. */
  CompletableFuture<View> fresh(Session now) {
    long askedAt = System.currentTimeMillis();
    return Script.LOOK
        .run(now.connection(), meta, Script.bytes(options.key("")))
        .thenApplyAsync(
            answer -> {
              View seen =
                  new View(
                      Script.number(answer.get(2)),
                      Script.number(answer.get(5)),
                      Script.number(answer.get(6)),
                      Script.number(answer.get(7)),
                      Script.number(answer.get(8)),
                      Script.number(answer.get(9)),
                      Script.number(answer.get(4)));
              clockOffsetMillis = Script.number(answer.get(3)) - askedAt;
              view = seen;
              boolean same =
                  Script.text(answer.get(0)).equals(now.epochs().current())
                      && Script.text(answer.get(1)).equals(now.server())
                      && seen.head() >= newest.getAsLong();
              if (!same) {
                rejoin(now);
              }
              return seen;
            },
            thread);
  }

  @Override
  public void close() {
    session = null;
    link.close();
  }
}
