package io.sluice.examples.notifications;

import io.sluice.event.Publication;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what the tables say is to be told, in its order, each once.
 *
 * <p>Whoever dies before publishing begins with it at the next start. Whoever dies after
 * publishing, and before the row is gone, publishes it again under the same idempotency key, and
 * the hub, which has kept it, answers as it did the first time.
 *
 * <p>Has one thread; {@link #wake} and {@link #close} may be called by any.
 */
final class Outbox implements AutoCloseable {

  /** Where it publishes: {@code hub::publish}. */
  @FunctionalInterface
  interface Publisher {
    CompletableFuture<?> publish(List<Publication> events, String idempotencyKey);
  }

  private static final Logger log = LoggerFactory.getLogger(Outbox.class);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
  private static final int AT_ONCE = 500;
  private static final String FILE = "SELECT name FROM file";
  private static final String OLDEST = "SELECT * FROM outbox ORDER BY number LIMIT ?";
  private static final String DONE = "DELETE FROM outbox WHERE number <= ?";

  private final Database database;
  private final Publisher publisher;
  private final String file;
  private final Semaphore work = new Semaphore(1); // what was left by an earlier life
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Begins to publish.
   *
   * @throws SQLException if the tables can't be read
   */
  Outbox(Database database, Publisher publisher) throws SQLException {
    this.database = database;
    this.publisher = publisher;
    this.file = database.transact(() -> database.query(row -> row.getString(1), FILE)).getFirst();
    this.thread = Thread.ofVirtual().name("outbox").start(this::run);
  }

  /** There may be something new. */
  void wake() {
    work.release();
  }

  private record Row(long number, String channel, String type, String data) {}

  private void run() {
    try {
      while (!closed) {
        work.acquire();
        work.drainPermits();
        while (!closed && publishSome()) {}
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by close
    }
  }

  /** Whether there may be more. */
  private boolean publishSome() throws InterruptedException {
    try {
      List<Row> rows = database.transact(() -> database.query(Outbox::row, OLDEST, AT_ONCE));
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (Row row : rows) {
        Publication event = Publication.of(row.channel(), row.type(), row.data());
        answers.add(publisher.publish(List.of(event), file + '-' + row.number()));
      }
      answers.forEach(CompletableFuture::join);
      // Only now: the hub has confirmed that all of them are safe.
      if (!rows.isEmpty()) {
        database.transact(() -> database.update(DONE, rows.getLast().number()));
      }
      return rows.size() == AT_ONCE;
    } catch (SQLException | CompletionException e) {
      if (closed || e.getCause() instanceof IllegalStateException) {
        return false; // the hub has been closed: what is left waits for the next start
      }
      log.warn("events wait to be published; trying again after {}", AGAIN_AFTER, e);
      work.tryAcquire(AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    }
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getLong("number"),
        row.getString("channel"),
        row.getString("type"),
        row.getString("data"));
  }

  /** Ends when what is being published has been; the rest waits for the next start. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      if (!thread.join(Duration.ofSeconds(5))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
