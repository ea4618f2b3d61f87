package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Copies the write-ahead log into the file.
 *
 * <p>Stateless.
 */
final class Checkpoints {

  /**
   * How one went.
   *
   * @param busy whether somebody was in its way
   * @param frames pages in the log
   * @param copied how many of them are in the file
   */
  record Outcome(boolean busy, long frames, long copied) {}

  private Checkpoints() {}

  /** As much as nobody has to wait for. */
  static Outcome passive(Connection connection) throws SQLException {
    return run(connection, "PASSIVE");
  }

  /** All, and makes the log empty. */
  static Outcome truncate(Connection connection) throws SQLException {
    return run(connection, "TRUNCATE");
  }

  private static Outcome run(Connection connection, String mode) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
      row.next();
      return new Outcome(row.getLong(1) != 0, row.getLong(2), row.getLong(3));
    }
  }
}
