package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables. docs/decisions/0015-sqlite-layout.md says why they are like this.
 *
 * <p>Stateless.
 */
final class Schema {

  /** Marks the file as one of ours: {@code PRAGMA application_id}, "Slce". */
  static final int APPLICATION = 0x536c6365;

  /** Counts changes of the tables: {@code PRAGMA user_version}. */
  static final int VERSION = 1;

  static final int PAGE_BYTES = 4096;

  private static final List<String> TABLES =
      List.of(
          // What is known of the file: see FileState.
          "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
          "CREATE TABLE life (place INTEGER PRIMARY KEY, epoch TEXT NOT NULL, fork INTEGER NOT"
              + " NULL)",
          "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), newest INTEGER NOT NULL,"
              + " time INTEGER NOT NULL, events INTEGER NOT NULL, bytes INTEGER NOT NULL,"
              + " channels INTEGER NOT NULL, empty INTEGER NOT NULL,"
              + " next_channel INTEGER NOT NULL, forgotten INTEGER NOT NULL)",
          "CREATE TABLE channel (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
              + " lost INTEGER NOT NULL, dense_from INTEGER NOT NULL, settled INTEGER NOT NULL,"
              + " events INTEGER NOT NULL, bytes INTEGER NOT NULL, full INTEGER NOT NULL)",
          "CREATE INDEX channel_lost ON channel (lost) WHERE lost > 0",
          "CREATE INDEX channel_full ON channel (id) WHERE full = 1",
          "CREATE INDEX channel_empty ON channel (lost) WHERE events = 0",
          "CREATE INDEX channel_heavy ON channel (bytes) WHERE bytes >= 65536",
          // One row for each channel in each block of a commit. The number of a row is the
          // sequence of its first event; start is that of the first event of the block.
          "CREATE TABLE chunk (first INTEGER PRIMARY KEY, channel INTEGER NOT NULL,"
              + " start INTEGER NOT NULL, last INTEGER NOT NULL, events INTEGER NOT NULL,"
              + " time INTEGER NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL)",
          "CREATE INDEX chunk_channel ON chunk (channel, first, last, events, bytes)",
          "CREATE TABLE idempotency (first INTEGER PRIMARY KEY, count INTEGER NOT NULL,"
              + " time INTEGER NOT NULL, key TEXT NOT NULL)",
          // For each age in use, the sequence up to which older events have been looked at.
          "CREATE TABLE age (millis INTEGER PRIMARY KEY, position INTEGER NOT NULL)",
          "INSERT INTO head VALUES (1, 0, 0, 0, 0, 0, 0, 1, 0)",
          "PRAGMA application_id = " + APPLICATION,
          "PRAGMA user_version = " + VERSION);

  private Schema() {}

  /** Makes the tables in an empty file. */
  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      for (String sql : TABLES) {
        statement.executeUpdate(sql);
      }
      statement.executeUpdate("COMMIT");
    }
  }
}
