package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the write-ahead log short. A checkpoint beside the writer copies most of it, and never
 * quite all while commits follow one another: the moment at which all of it is copied, so that the
 * next commit begins it anew, is the writer's, between two of its own commits.
 *
 * <p>{@link #copy} is thread-safe: one checkpoint runs at a time. The rest is confined to the
 * writer.
 */
final class LogLength {

  // A disk that copies more slowly than commits come would let the log grow for ever: past so many
  // times what it should be, publishers wait.
  private static final int PATIENCE = 4;

  private final WriteSession session;
  private final long maxPages;
  private final ReentrantLock copying = new ReentrantLock();
  private long pages;
  private long tryAt;

  LogLength(WriteSession session, long maxBytes) {
    this.session = session;
    this.maxPages = maxBytes / Schema.PAGE_BYTES;
    this.tryAt = maxPages;
  }

  /** Copies what nobody is in the way of, unless that is being done. */
  void copy(Connection connection) throws SQLException {
    if (copying.tryLock()) {
      try {
        Checkpoints.passive(connection);
      } finally {
        copying.unlock();
      }
    }
  }

  /** Something was committed. */
  void committed() throws SQLException {
    pages += session.takePages();
    if (pages < tryAt) {
      return;
    }
    if (pages > PATIENCE * maxPages) {
      copying.lock();
    } else if (!copying.tryLock()) {
      tryAt = pages + maxPages / 16;
      return;
    }
    try {
      Checkpoints.Outcome outcome = Checkpoints.passive(session.connection());
      // Readers of older states may be in the way, for moments.
      boolean all = outcome.copied() == outcome.frames();
      pages = all ? 0 : Math.max(outcome.frames(), 0);
      tryAt = Math.max(maxPages, pages + maxPages / 16);
    } finally {
      copying.unlock();
    }
  }
}
