package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A transaction of a connection that isn't used for many: closed without {@link #commit} it is
 * undone.
 *
 * <p>One caller at a time.
 */
final class Transaction implements AutoCloseable {

  private final Connection connection;
  private boolean open = true;

  private Transaction(Connection connection) {
    this.connection = connection;
  }

  /** Begins one that writes. */
  static Transaction begin(Connection connection) throws SQLException {
    run(connection, "BEGIN IMMEDIATE");
    return new Transaction(connection);
  }

  void commit() throws SQLException {
    run(connection, "COMMIT");
    open = false;
  }

  @Override
  public void close() throws SQLException {
    if (open) {
      open = false;
      run(connection, "ROLLBACK");
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
