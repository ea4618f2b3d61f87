package io.sluice.sqlite;

import io.sluice.log.Append;
import io.sluice.log.Draft;
import io.sluice.log.Framing;
import io.sluice.log.LogFullException;
import io.sluice.log.StoreFailedException;
import io.sluice.log.Tail;
import io.sluice.sqlite.AppendQueue.Waiting;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what publishers hand in, a group at a time: while one group is made safe, the next one
 * gathers.
 *
 * <p>A group is one transaction. When it is committed, and not before, its events become visible:
 * first the position, then the tail, then the publishers' answers. In the same transactions, and
 * between them when nobody waits, the sweeper gives up what isn't retained any more.
 *
 * <p>What isn't private is thread-safe; the rest runs in the executor's tasks, one at a time.
 */
final class Writer {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  // Why not more: publishers of small events shouldn't wait for megabytes of others.
  private static final int MAX_GROUP_EVENTS = 8192;
  private static final int MAX_GROUP_BYTES = 2 << 20;

  private final SqliteOptions options;
  private final Executor executor;
  private final AppendQueue queue;

  // Confined to the executor's tasks.
  private final WriteSession session;
  private final ChannelStates states;
  private final Appender appender;
  private final Sweeper sweeper;
  private final Tally tally;
  private final LogLength log;
  private final Trouble trouble;
  private @Nullable Tail tail;

  // Written by the executor's tasks alone.
  private volatile Head head;
  private volatile long commits;
  private volatile long evicted;
  private volatile boolean broken;

  /** Whether it is time to see if what failed works again. Set by any thread. */
  private volatile boolean retry;

  Writer(
      SqliteOptions options,
      Executor executor,
      WriteSession session,
      Framing framing,
      boolean rulesAreNew)
      throws SQLException {
    this.options = options;
    this.executor = executor;
    this.session = session;
    this.head = session.head();
    this.queue = new AppendQueue(options.limits().maxQueuedBytes());
    this.tally = new Tally(head);
    this.trouble = new Trouble(options.file(), options.clock());
    this.log = new LogLength(session, options.limits().walBytes());
    this.states =
        new ChannelStates(session, options.rules(), tally, options.limits().cachedChannels());
    this.sweeper = new Sweeper(session, states, tally, options, rulesAreNew);
    this.appender = new Appender(session, states, sweeper, framing, tally);
  }

  /** Who gets what was appended; before the first append. */
  void start(Tail receiver) {
    executor.execute(() -> tail = receiver);
  }

  CompletableFuture<Long> append(Append append) {
    CompletableFuture<Long> done = new CompletableFuture<>();
    try {
      if (queue.add(new Waiting(append, append.maxFrameBytes(), done))) {
        executor.execute(this::drain);
      }
    } catch (RuntimeException refused) {
      done.completeExceptionally(refused);
    }
    return done;
  }

  /** Has it look whether there is something to do that no publisher asked for. */
  void wake() {
    retry = true;
    if (queue.start()) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    do {
      List<Waiting> group = queue.take(MAX_GROUP_EVENTS, MAX_GROUP_BYTES);
      while (!group.isEmpty() || sweep()) {
        if (!group.isEmpty()) {
          commit(group);
        }
        group = queue.take(MAX_GROUP_EVENTS, MAX_GROUP_BYTES);
      }
    } while (!queue.stop());
  }

  private void commit(List<Waiting> group) {
    List<Draft> drafts = new ArrayList<>();
    for (Waiting one : group) {
      drafts.addAll(one.append().drafts());
    }
    long first = head.newest() + 1;
    long time = Math.max(head.timeMillis(), options.clock().millis());
    long bytes = group.stream().mapToLong(Waiting::bytes).sum();
    RuntimeException failure =
        transaction(
            head.newest() + drafts.size(),
            time,
            bytes,
            () -> {
              remember(group, first, time);
              for (int i = 0; i < drafts.size(); i++) {
                appender.add(first + i, time, drafts.get(i));
              }
              sweeper.stepBeside(appender.end(time), time);
              return true;
            });
    if (failure == null) {
      trouble.written(bytes);
      failure = deliver(first, time, drafts);
    }
    answer(group, first, failure);
  }

  private void remember(List<Waiting> group, long first, long time) throws SQLException {
    long sequence = first;
    for (Waiting one : group) {
      String key = one.append().idempotencyKey();
      int count = one.append().drafts().size();
      if (key != null) {
        session.remember(key, sequence, count, time);
        sweeper.keyAdded();
      }
      sequence += count;
    }
  }

  private @Nullable RuntimeException deliver(long first, long time, List<Draft> drafts) {
    if (tail == null) {
      return null;
    }
    try {
      tail.appended(first, time, drafts);
      return null;
    } catch (RuntimeException e) {
      // Whoever has the window doesn't have these events now: going on would leave a hole in it.
      return breakDown("events were stored but couldn't be delivered: " + e, e);
    }
  }

  private static void answer(List<Waiting> group, long first, @Nullable RuntimeException failure) {
    long sequence = first;
    for (Waiting one : group) {
      if (failure == null) {
        one.done().complete(sequence);
      } else {
        one.done().completeExceptionally(failure);
      }
      sequence += one.append().drafts().size();
    }
  }

  /** Does something that no publisher waits for; returns whether there may be more. */
  private boolean sweep() {
    long now = Math.max(head.timeMillis(), options.clock().millis());
    boolean again = retry && !broken && trouble.hasPassed();
    retry = false;
    if (broken || !(sweeper.hasWork(now) || again)) {
      return false;
    }
    boolean[] done = {false};
    Work step =
        () -> {
          done[0] = sweeper.stepAlone(now) > 0;
          return done[0] || again;
        };
    if (transaction(head.newest(), head.timeMillis(), 0, step) != null) {
      return false;
    }
    if (again) {
      trouble.over();
    }
    return done[0];
  }

  /** What is done in a transaction. */
  interface Work {
    /** Returns whether anything was. */
    boolean run() throws SQLException;
  }

  /**
   * Returns what failed, or null if it is committed.
   *
   * @param bytes about how much it writes, of events
   */
  private @Nullable RuntimeException transaction(long newest, long time, long bytes, Work work) {
    if (broken) {
      return refused();
    }
    try {
      session.begin();
      if (!work.run()) {
        session.rollback();
        return null;
      }
      states.shrink();
      Head after = tally.head(newest, time);
      session.save(after);
      session.commit();
      head = after;
    } catch (SQLException | RuntimeException e) {
      return undo(e, bytes);
    }
    tally.commits++;
    commits = tally.commits;
    keepLogShort();
    evicted = tally.evicted;
    sweeper.committed();
    return null;
  }

  private void keepLogShort() {
    try {
      log.committed();
    } catch (SQLException e) {
      if (Failures.isFatal(e)) {
        fail(e);
      } // else it is longer for a while, and the timer's checkpoints say why
    }
  }

  private RuntimeException undo(Exception cause, long bytes) {
    appender.clear();
    states.clear();
    tally.reset(head);
    tally.evicted = evicted;
    sweeper.undone();
    RuntimeException failure = Failures.of(options.file(), "write to", cause);
    try {
      session.rollback();
    } catch (SQLException e) {
      return breakDown(failure.getMessage() + "; and it couldn't be undone: " + e, cause);
    }
    if (failure instanceof StoreFailedException store && !store.isTemporary()) {
      return breakDown(String.valueOf(failure.getMessage()), cause);
    }
    if (trouble.why() == null) {
      LOG.error("{}", failure.getMessage(), failure instanceof LogFullException ? null : cause);
    }
    trouble.failed(String.valueOf(failure.getMessage()), bytes);
    return failure;
  }

  private RuntimeException breakDown(String why, Exception cause) {
    broken = true;
    trouble.failed(why, Long.MAX_VALUE);
    LOG.error("{}", why, cause);
    queue.refuse(this::refused);
    return new StoreFailedException(why, false, cause);
  }

  /** Something that only the writer may survive failed elsewhere. Any thread. */
  void fail(SQLException cause) {
    executor.execute(
        () -> {
          if (!broken) {
            RuntimeException failure = Failures.of(options.file(), "write to", cause);
            breakDown(String.valueOf(failure.getMessage()), cause);
          }
        });
  }

  private RuntimeException refused() {
    return new StoreFailedException(String.valueOf(trouble.why()), false, null);
  }

  /** Where the log stands, as committed. */
  Head head() {
    return head;
  }

  long commits() {
    return commits;
  }

  long evicted() {
    return evicted;
  }

  @Nullable String trouble() {
    return trouble.why();
  }

  /** What keeps its write-ahead log short. */
  LogLength log() {
    return log;
  }

  /** Whether there may be channels that haven't been looked at with these rules. */
  boolean rulesAreNew() {
    return sweeper.rulesAreNew();
  }

  /**
   * Finishes what waits, writes down what is only in memory, and refuses what comes after. Blocks.
   *
   * @param last is done in the last transaction
   */
  void close(Work last) {
    queue.refuse(() -> new IllegalStateException("the store is closed"));
    CompletableFuture<Void> done = new CompletableFuture<>();
    executor.execute(
        () -> {
          drain();
          transaction(
              head.newest(),
              head.timeMillis(),
              0,
              () -> {
                states.saveAll();
                return last.run();
              });
          done.complete(null);
        });
    done.join();
  }
}
