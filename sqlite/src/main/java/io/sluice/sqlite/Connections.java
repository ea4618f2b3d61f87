package io.sluice.sqlite;

import io.sluice.sqlite.SqliteOptions.Sync;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * Opens connections to a file.
 *
 * <p>Stateless.
 */
final class Connections {

  private static final int WRITER_CACHE_KIB = 32 << 10;
  private static final int READER_CACHE_KIB = 8 << 10;

  // Others hold locks for moments only, as the end of another program's backup does.
  static final int BUSY_MILLIS = 5000;

  private Connections() {}

  /**
   * One that writes.
   *
   * @param create whether the file may be made
   */
  static Connection writing(Path file, Sync sync, boolean create) throws SQLException {
    SQLiteConfig config = config();
    if (!create) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    Connection connection = config.createConnection(url(file));
    try (Statement statement = connection.createStatement()) {
      if (create) {
        statement.execute("PRAGMA page_size = " + Schema.PAGE_BYTES);
        statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
      }
      statement.execute("PRAGMA journal_mode = WAL");
      // Checkpoints have their own thread: see Checkpointer.
      statement.execute("PRAGMA wal_autocheckpoint = 0");
      statement.execute("PRAGMA synchronous = " + sync.name().toLowerCase(Locale.ROOT));
      statement.execute("PRAGMA cache_size = " + -WRITER_CACHE_KIB);
      statement.execute("PRAGMA cell_size_check = ON");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** One that reads while another writes. */
  static Connection reading(Path file) throws SQLException {
    SQLiteConfig config = config();
    config.setReadOnly(true);
    Connection connection = config.createConnection(url(file));
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA cache_size = " + -READER_CACHE_KIB);
      statement.execute("PRAGMA cell_size_check = ON");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** One that writes to a file that no hub has, and keeps no log beside it. */
  static Connection plain(Path file) throws SQLException {
    SQLiteConfig config = config();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    return config.createConnection(url(file));
  }

  /** One that does checkpoints while another writes. */
  static Connection checkpointing(Path file) throws SQLException {
    return writing(file, Sync.FULL, false);
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    return config;
  }

  private static String url(Path file) {
    return "jdbc:sqlite:" + file.toAbsolutePath();
  }
}
