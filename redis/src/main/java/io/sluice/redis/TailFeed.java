package io.sluice.redis;

import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.sluice.log.Draft;
import io.sluice.log.Epochs;
import io.sluice.log.Tail;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log on a connection of its own, and gives what comes to the {@link Tail}: events of
 * this node too, so that there is one order.
 *
 * <p>Confined to the node's thread, but for {@link #newest}.
 */
final class TailFeed implements Link.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TailFeed.class);

  private static final Duration BLOCK = Duration.ofMillis(500);
  private static final int ENTRIES = 64;

  /** What a batch of this node's own was made of, so that it needn't be decoded. */
  interface Own {
    @Nullable List<Draft> drafts(String tag);
  }

  private record Batch(long first, long last, long timeMillis, List<Draft> drafts) {}

  private final Membership membership;
  private final ScheduledExecutorService thread;
  private final Link link;
  private final byte[] key;
  private final boolean confirmed;
  private final Own own;
  private final LongConsumer reached;

  private volatile long newest;

  private @Nullable Tail tail;
  private @Nullable Epochs lives;
  private String lastId = "0-0";
  private boolean paused;
  private boolean polling;

  /** What replicas don't have yet, if they must. */
  private final ArrayDeque<Batch> held = new ArrayDeque<>();

  /**
   * @param confirmed whether events wait until replicas are said to have them
   * @param reached is told up to where the tail has all
   */
  TailFeed(
      RedisConnections connections,
      String node,
      ScheduledExecutorService thread,
      Membership membership,
      boolean confirmed,
      Own own,
      LongConsumer reached) {
    this.membership = membership;
    this.thread = thread;
    this.key = Script.bytes(connections.options().key("tail"));
    this.confirmed = confirmed;
    this.own = own;
    this.reached = reached;
    this.link = new Link(connections, "sluice-tail-" + node, thread, this);
  }

  /** Begins after what is the newest of a log that the window begins with. */
  void start(Tail first, Epochs epochs, long after) {
    tail = first;
    lives = epochs;
    newest = after;
    lastId = after + "-0";
    link.start();
  }

  /** The newest sequence that the tail has. Any thread. */
  long newest() {
    return newest;
  }

  /** The oldest that waits for replicas is so old that somebody has to ask them; 0 if none is. */
  long unconfirmed() {
    Batch last = held.peekLast();
    return last == null ? 0 : last.last;
  }

  /** A session has begun: if it is in another life, the tail goes on there. */
  @SuppressWarnings("ReferenceEquality") // they are exchanged as a whole
  void joined(Session session) {
    Tail given = tail;
    if (given == null) {
      return;
    }
    if (session.epochs() != lives) {
      lives = session.epochs();
      held.clear();
      newest = lives.base();
      lastId = newest + "-0";
      given.jumped(lives, newest, session.timeMillis());
      reached.accept(newest);
    }
    paused = false;
    StatefulRedisConnection<byte[], byte[]> connection = link.current();
    if (connection == null) {
      link.hurry();
    } else {
      // It may be one to the server before.
      connected(connection)
          .whenCompleteAsync(
              (same, failure) -> {
                if (failure != null || !same) {
                  link.drop(connection, "it is to another server than the node's");
                }
              },
              thread);
    }
  }

  @Override
  public CompletableFuture<Boolean> connected(StatefulRedisConnection<byte[], byte[]> connection) {
    return Membership.server(connection)
        .thenApplyAsync(
            server -> {
              Session session = membership.session();
              boolean same = session != null && session.server().equals(server);
              if (same && !polling) {
                poll(connection);
              }
              return same;
            },
            thread);
  }

  @Override
  public void lost() {
    polling = false;
  }

  @SuppressWarnings("unchecked") // an array of one stream
  private void poll(StatefulRedisConnection<byte[], byte[]> connection) {
    polling = true;
    connection
        .async()
        .xread(
            XReadArgs.Builder.block(BLOCK).count(ENTRIES), XReadArgs.StreamOffset.from(key, lastId))
        .whenCompleteAsync(
            (entries, failure) -> {
              polling = false;
              if (failure != null) {
                link.drop(connection, String.valueOf(failure.getMessage()));
                return;
              }
              try {
                take(entries == null ? List.of() : entries);
              } catch (RuntimeException e) {
                LOG.error("the log can't be followed", e); // and tries again from where it stands
                link.drop(connection, String.valueOf(e.getMessage()));
                return;
              }
              if (!paused && connection.isOpen()) {
                poll(connection);
              }
            },
            thread);
  }

  private void take(List<StreamMessage<byte[], byte[]>> entries) {
    for (StreamMessage<byte[], byte[]> entry : entries) {
      if (!take(entry)) {
        paused = true;
        return;
      }
      // What was asked for before the log forked may come after that: the place isn't moved back.
      if (sequence(entry) >= newest) {
        lastId = entry.getId();
      }
    }
  }

  /** Returns false if it is of another life than the node knows. */
  private boolean take(StreamMessage<byte[], byte[]> entry) {
    Map<String, byte[]> fields = new HashMap<>();
    entry.getBody().forEach((name, value) -> fields.put(Script.text(name), value));
    byte[] sequence = fields.get("c");
    if (sequence != null) {
      confirmed(Long.parseLong(Script.text(sequence)));
      return true;
    }
    long last = sequence(entry);
    if (last <= queuedUpTo()) {
      return true;
    }
    Session session = membership.session();
    String epoch = Script.text(field(fields, "e"));
    if (lives == null || !epoch.equals(lives.current())) {
      if (session != null) {
        membership.rejoin(session);
      }
      return false;
    }
    if (!fields.containsKey("d")) {
      return true; // where a life begins
    }
    int count = Integer.parseInt(Script.text(field(fields, "n")));
    long time = Long.parseLong(Script.text(field(fields, "t")));
    List<Draft> drafts = own.drafts(Script.text(field(fields, "g")));
    if (drafts == null || drafts.size() != count) {
      drafts = decode(field(fields, "d"), count);
    }
    Batch batch = new Batch(last - count + 1, last, time, drafts);
    if (confirmed) {
      held.add(batch);
    } else {
      deliver(batch);
    }
    return true;
  }

  private static long sequence(StreamMessage<byte[], byte[]> entry) {
    return Long.parseLong(entry.getId().substring(0, entry.getId().indexOf('-')));
  }

  private long queuedUpTo() {
    return Math.max(newest, unconfirmed());
  }

  private static byte[] field(Map<String, byte[]> fields, String name) {
    byte[] value = fields.get(name);
    if (value == null) {
      throw new IllegalStateException("an entry of the tail has no " + name);
    }
    return value;
  }

  private static List<Draft> decode(byte[] data, int count) {
    ByteBuffer in = ByteBuffer.wrap(data);
    List<Draft> drafts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] name = new byte[in.getShort() & 0xffff];
      int length = in.getInt();
      in.get(name);
      drafts.add(EventCodec.decode(new String(name, StandardCharsets.US_ASCII), in, length));
    }
    return drafts;
  }

  private void confirmed(long upTo) {
    while (!held.isEmpty() && held.getFirst().last <= upTo) {
      deliver(held.removeFirst());
    }
  }

  private void deliver(Batch batch) {
    Tail to = tail;
    Epochs of = lives;
    if (to == null || of == null) {
      return;
    }
    if (batch.first > newest + 1) {
      // It has been away for longer than the tail reaches.
      to.jumped(of, batch.first - 1, batch.timeMillis);
    }
    to.appended(batch.first, batch.timeMillis, batch.drafts);
    newest = batch.last;
    reached.accept(newest);
  }

  @Override
  public void close() {
    tail = null;
    link.close();
  }
}
