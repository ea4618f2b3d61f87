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
 * <p>Thread-safe. There are as many connections as threads, so a task always finds one.
 */
final class Readers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

  private final Path file;
  private final Executor executor;
  private final List<ReadSession> all = new ArrayList<>();

  // Guarded by itself.
  private final Deque<ReadSession> free = new ArrayDeque<>();

  /** What is asked. */
  interface Question<T> {
    T answer(ReadSession session) throws SQLException;
  }

  Readers(Path file, Executor executor, int connections) throws SQLException {
    this.file = file;
    this.executor = executor;
    for (int i = 0; i < connections; i++) {
      all.add(new ReadSession(Connections.reading(file)));
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
    T answer;
    ReadSession session = take();
    if (session == null) {
      done.completeExceptionally(new StoreFailedException("the store is closed", false, null));
      return;
    }
    try {
      answer = answer(question, session);
    } catch (SQLException | RuntimeException e) {
      LOG.error("can't read from {}: {}", file, e.getMessage(), e);
      done.completeExceptionally(
          new StoreFailedException(
              "can't read from " + file + ": " + e.getMessage(), !Failures.isFatal(e), e));
      return;
    } finally {
      give(session);
    }
    // Without the session: whoever hears of it may ask on at once, on this thread.
    done.complete(answer);
  }

  private static <T> T answer(Question<T> question, ReadSession session) throws SQLException {
    session.begin();
    try {
      return question.answer(session);
    } finally {
      session.end();
    }
  }

  private @Nullable ReadSession take() {
    synchronized (free) {
      return free.poll();
    }
  }

  private void give(ReadSession session) {
    synchronized (free) {
      free.push(session);
    }
  }

  /** Closes the connections; nothing is asked any more. */
  @Override
  public void close() throws SQLException {
    synchronized (free) {
      free.clear();
    }
    for (ReadSession session : all) {
      session.close();
    }
  }
}
