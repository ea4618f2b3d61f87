package io.sluice.examples.notifications;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of SQLite's, and what it takes to speak to it in few words.
 *
 * <p>One caller at a time: within {@link #transact}, which is guarded by this.
 */
final class Database implements AutoCloseable {

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE IF NOT EXISTS person (name TEXT PRIMARY KEY, version INTEGER NOT NULL)",
          "CREATE TABLE IF NOT EXISTS role (role TEXT, name TEXT, PRIMARY KEY (role, name))",
          """
          CREATE TABLE IF NOT EXISTS notice (
            id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, type TEXT NOT NULL,
            title TEXT NOT NULL, text TEXT, link TEXT, at INTEGER NOT NULL, read INTEGER NOT NULL)
          """,
          "CREATE INDEX IF NOT EXISTS notice_owner ON notice (owner, id)",
          "CREATE INDEX IF NOT EXISTS notice_unread ON notice (owner) WHERE read = 0",
          "CREATE TABLE IF NOT EXISTS sending (key TEXT PRIMARY KEY, recipients INTEGER NOT NULL)",
          // Numbers aren't given twice, also when all rows have gone: they are idempotency keys.
          """
          CREATE TABLE IF NOT EXISTS outbox (
            number INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, type TEXT NOT NULL,
            data TEXT NOT NULL)
          """,
          // Nor by another file that takes this one's place.
          "CREATE TABLE IF NOT EXISTS file (name TEXT NOT NULL)",
          """
          INSERT INTO file SELECT lower(hex(randomblob(8))) WHERE NOT EXISTS (SELECT 1 FROM file)
          """);

  private final Connection connection;

  /**
   * Opens the file, and makes what isn't there.
   *
   * @throws SQLException if it can't be used
   */
  Database(Path file) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL"); // what was answered survives a power cut
    }
    connection.setAutoCommit(false);
    transact(
        () -> {
          for (String table : TABLES) {
            update(table);
          }
          return true;
        });
  }

  /** What is done in a transaction. */
  interface Work<T extends @Nullable Object> {
    T run() throws SQLException;
  }

  /** Does all of it, or nothing. */
  synchronized <T extends @Nullable Object> T transact(Work<T> work) throws SQLException {
    try {
      T result = work.run();
      connection.commit();
      return result;
    } finally {
      connection.rollback(); // of nothing, after a commit
    }
  }

  /** Makes a value of a row. */
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** All rows. */
  <T> List<T> query(Reader<T> reader, String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet row = statement.executeQuery()) {
      List<T> all = new ArrayList<>();
      while (row.next()) {
        all.add(reader.read(row));
      }
      return all;
    }
  }

  /** The number in the first column of the first row. */
  long number(String sql, @Nullable Object... values) throws SQLException {
    return query(row -> row.getLong(1), sql, values).getFirst();
  }

  /** Changes rows; how many. */
  int update(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  @Override
  public synchronized void close() throws SQLException {
    connection.close();
  }
}
