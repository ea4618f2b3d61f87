package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the write-ahead log into the file while others read and write, so that no publisher waits
 * for it. Under a constant load it never copies quite all of it: the rest is the writer's ({@link
 * LogLength}).
 *
 * <p>One caller at a time.
 */
final class Checkpointer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

  // Pages that are written again and again are copied once for many commits; but a start after a
  // crash shouldn't have to read too much.
  private static final int MANY_COMMITS = 20;
  private static final int PATIENT_RUNS = 5;

  private final SqliteOptions options;
  private final Writer writer;
  private final Connection connection;
  private long copiedCommits;
  private int skipped;
  private boolean failing;

  Checkpointer(SqliteOptions options, Writer writer) throws SQLException {
    this.options = options;
    this.writer = writer;
    this.connection = Connections.checkpointing(options.file());
  }

  /** Copies what there is, if it is worth it. */
  void run() {
    long commits = writer.commits();
    long fresh = commits - copiedCommits;
    if (fresh == 0 || (fresh < MANY_COMMITS && ++skipped < PATIENT_RUNS)) {
      return;
    }
    skipped = 0;
    try {
      writer.log().copy(connection);
      copiedCommits = commits;
      failing = false;
    } catch (SQLException e) {
      failed(e);
    }
  }

  private void failed(SQLException e) {
    if (Failures.isFatal(e)) {
      writer.fail(e);
    } else if (!failing) {
      LOG.warn("the write-ahead log of {} can't be copied now: {}", options.file(), e.getMessage());
    }
    failing = true;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
