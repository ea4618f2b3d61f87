package io.sluice.sqlite;

import io.sluice.log.StoreFailedException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions, each about one moment of the log, beside the writer.
 *
 * <p>Thread-safe. There are as many slots as threads, so a task always finds one.
 */
final class Readers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

  /** A connection that there may be; it is opened when it is used, and given up when it failed. */
  private static final class Slot {
    @Nullable ReadSession session;
  }

  private final Path file;
  private final Executor executor;
  private final List<Slot> all = new ArrayList<>();

  // Guarded by itself.
  private final Deque<Slot> free = new ArrayDeque<>();

  /** What is asked. */
  interface Question<T> {
    T answer(ReadSession session) throws SQLException;
  }

  Readers(Path file, Executor executor, int connections) {
    this.file = file;
    this.executor = executor;
    for (int i = 0; i < connections; i++) {
      all.add(new Slot());
    }
    free.addAll(all);
  }

  /** Asks; the answer fails with {@link StoreFailedException}. */
  <T> CompletableFuture<T> ask(Question<T> question) {
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      executor.execute(() -> answer(question, done));
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(new StoreFailedException("the store is closed", false, null));
    }
    return done;
  }

  private <T> void answer(Question<T> question, CompletableFuture<T> done) {
    Slot slot = take();
    if (slot == null) {
      done.completeExceptionally(new StoreFailedException("the store is closed", false, null));
      return;
    }
    T answer;
    try {
      answer = answer(question, slot);
    } catch (SQLException | RuntimeException e) {
      LOG.error("can't read from {}: {}", file, e.getMessage(), e);
      discard(slot);
      done.completeExceptionally(
          new StoreFailedException(
              "can't read from " + file + ": " + e.getMessage(), !Failures.isFatal(e), e));
      return;
    } finally {
      give(slot);
    }
    // Without the connection: whoever hears of it may ask on at once, on this thread.
    done.complete(answer);
  }

  private <T> T answer(Question<T> question, Slot slot) throws SQLException {
    ReadSession session = slot.session;
    if (session == null) {
      session = new ReadSession(Connections.reading(file));
      slot.session = session;
    }
    session.begin();
    T answer = question.answer(session);
    session.end();
    return answer;
  }

  private @Nullable Slot take() {
    synchronized (free) {
      return free.poll();
    }
  }

  private void give(Slot slot) {
    synchronized (free) {
      free.push(slot);
    }
  }

  private void discard(Slot slot) {
    ReadSession session = slot.session;
    slot.session = null;
    try {
      if (session != null) {
        session.close();
      }
    } catch (SQLException e) {
      LOG.warn("a connection to {} couldn't be closed", file, e);
    }
  }

  /** Closes the connections; nothing is asked any more. */
  @Override
  public void close() {
    synchronized (free) {
      free.clear();
    }
    all.forEach(this::discard);
  }
}
