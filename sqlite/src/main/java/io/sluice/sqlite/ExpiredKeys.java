package io.sluice.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Deletes idempotency keys whose time is over, or that are too many.
 *
 * <p>Confined to the writer.
 */
final class ExpiredKeys implements Chore {

  private static final long PAUSE_MILLIS = 1000;

  private final Prepared oldest;
  private final Prepared delete;
  private final Prepared count;
  private long keys;
  private long dueMillis = Long.MIN_VALUE;

  ExpiredKeys(WriteSession session) throws SQLException {
    oldest = session.prepare("SELECT first, time FROM idempotency ORDER BY first LIMIT ?");
    delete = session.prepare("DELETE FROM idempotency WHERE first <= ?");
    count = session.prepare("SELECT count(*) FROM idempotency");
    keys = count.number(0);
  }

  /** There is one more. */
  void added() {
    keys++;
  }

  @Override
  public boolean isDue(long nowMillis) {
    return keys > KeptKeys.MOST || (keys > 0 && nowMillis >= dueMillis);
  }

  @Override
  public int step(int rows, long nowMillis) throws SQLException {
    long bound = nowMillis - KeptKeys.WINDOW.toMillis();
    long through = 0;
    int gone = 0;
    try (ResultSet row = oldest.rows(rows)) {
      while (row.next() && (row.getLong(2) <= bound || keys - gone > KeptKeys.MOST)) {
        through = row.getLong(1);
        gone++;
      }
    }
    if (gone > 0) {
      delete.run(through);
      keys -= gone;
    }
    if (gone < rows) {
      dueMillis = nowMillis + PAUSE_MILLIS;
    }
    return gone;
  }

  @Override
  public void undone() {
    try {
      keys = count.number(0);
    } catch (SQLException e) {
      keys = Long.MAX_VALUE; // looks again, and fails in a step, where it is said
    }
  }
}
