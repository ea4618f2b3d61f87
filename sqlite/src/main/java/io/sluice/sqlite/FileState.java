package io.sluice.sqlite;

import io.sluice.log.Epochs;
import io.sluice.log.Epochs.Life;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of itself and its log's lives: the tables {@code meta} and {@code life}.
 *
 * <p>Immutable.
 *
 * @param meta by name
 * @param lives oldest first; empty in a file that no hub has used yet
 */
record FileState(Map<String, String> meta, List<Life> lives) {

  /** Marks this state of the file, in {@link FileLock} too. */
  static final String MARK = "mark";

  /** How the kernel named its run when the file was opened last. */
  static final String BOOT = "boot";

  /** {@code 1} after an orderly end. */
  static final String CLEAN = "clean";

  /** The sync mode that it was opened with last. */
  static final String SYNC = "sync";

  /** Where the file was: device and inode. */
  static final String PLACE = "place";

  /** {@code 1} in a backup that no hub has used yet. */
  static final String COPY = "copy";

  /** The retention rules that all its channels have been looked at with. */
  static final String RULES = "rules";

  static FileState read(Connection connection) throws SQLException {
    Map<String, String> meta = new HashMap<>();
    List<Life> lives = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT name, value FROM meta")) {
        while (row.next()) {
          meta.put(row.getString(1), row.getString(2));
        }
      }
      try (ResultSet row = statement.executeQuery("SELECT epoch, fork FROM life ORDER BY place")) {
        while (row.next()) {
          lives.add(new Life(row.getString(1), row.getLong(2)));
        }
      }
    }
    return new FileState(meta, lives);
  }

  @Nullable String get(String name) {
    return meta.get(name);
  }

  boolean is(String name) {
    return "1".equals(meta.get(name));
  }

  /** Writes a value, in the transaction that is open. */
  static void put(Connection connection, String name, String value) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("INSERT OR REPLACE INTO meta VALUES (?, ?)")) {
      statement.setString(1, name);
      statement.setString(2, value);
      statement.executeUpdate();
    }
  }

  /** Writes the lives, in the transaction that is open. */
  static void put(Connection connection, Epochs epochs) throws SQLException {
    try (Statement all = connection.createStatement();
        PreparedStatement one = connection.prepareStatement("INSERT INTO life VALUES (?, ?, ?)")) {
      all.executeUpdate("DELETE FROM life");
      for (int i = 0; i < epochs.lives().size(); i++) {
        Life life = epochs.lives().get(i);
        one.setInt(1, i + 1);
        one.setString(2, life.epoch());
        one.setLong(3, life.fork());
        one.executeUpdate();
      }
    }
  }

  /** Has everything looked at again by age, in the transaction that is open. */
  static void forgetAges(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("DELETE FROM age");
    }
  }
}
