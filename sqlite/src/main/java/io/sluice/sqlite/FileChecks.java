package io.sluice.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Whether a file may be used. Each check says for people what is wrong and what to do.
 *
 * <p>Stateless.
 */
final class FileChecks {

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 100;

  /** A file up to this size is looked at as a whole; that takes about half a second then. */
  static final long SMALL_FILE_BYTES = 128 << 20;

  private static final String WHAT_TO_DO =
      "; nothing was changed: see what is wrong with `sluice history check`, save what can be"
          + " read with `sluice history repair`, or restore a backup";

  private FileChecks() {}

  /** The write-ahead log beside a file. */
  static Path walOf(Path file) {
    return file.resolveSibling(file.getFileName() + "-wal");
  }

  /** Looks whether SQLite can be used at all. */
  static void library() {
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception | LinkageError e) {
      String directory =
          System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir"));
      throw new UnusableFileException(
          "SQLite's library can't be loaded: it is unpacked into "
              + directory
              + ", which has to be writable and may not forbid programs (noexec); name another"
              + " directory with -Dorg.sqlite.tmpdir=DIR: "
              + e.getMessage(),
          e);
    }
  }

  /** Looks at the directory of a file that may not be there yet. */
  static void directory(Path file) {
    if (file.toString().indexOf('?') >= 0) {
      throw refuse(file, "has a ? in its path, which SQLite's driver can't take");
    }
    Path directory = file.getParent();
    if (directory == null || !Files.exists(directory)) {
      throw refuse(file, "can't be made: there is no directory " + directory + "; make it first");
    }
    if (!Files.isDirectory(directory)) {
      throw refuse(file, "can't be made: " + directory + " isn't a directory");
    }
    if (!Files.isWritable(directory)) {
      throw refuse(
          file,
          "can't be used: the hub may not write to " + directory + ", and has to make files there");
    }
    if (Files.isDirectory(file)) {
      throw refuse(file, "is a directory; the log needs a file");
    }
  }

  /** Whether there is no log yet. Looks at the file from outside if there is one. */
  static boolean isNew(Path file, FileLock lock) throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      if (Files.exists(walOf(file)) && Files.size(walOf(file)) > 0) {
        throw refuse(
            file,
            "is missing or empty, but its write-ahead log is there: restore the file, or move "
                + walOf(file)
                + " away to begin with an empty log");
      }
      if (Files.exists(file) && !lock.marks().isEmpty()) {
        throw refuse(
            file,
            "is empty, but a hub kept its log in it: restore the file, or delete it to begin with"
                + " an empty log");
      }
      return true;
    }
    if (!Files.isReadable(file) || !Files.isWritable(file)) {
      throw refuse(file, "may not be read and written by the hub: change its owner or mode");
    }
    header(file);
    return false;
  }

  private static void header(Path file) throws IOException {
    byte[] header;
    try (InputStream in = Files.newInputStream(file)) {
      header = in.readNBytes(HEADER_BYTES);
    }
    if (header.length < HEADER_BYTES
        || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw refuse(file, "isn't an SQLite database: choose another file, or restore a backup");
    }
    Path wal = walOf(file);
    if (!Files.exists(wal) || Files.size(wal) == 0) {
      // With a log, pages may be in there that the file doesn't have yet.
      length(file, header);
    }
  }

  private static void length(Path file, byte[] header) throws IOException {
    ByteBuffer numbers = ByteBuffer.wrap(header);
    int size = numbers.getShort(16) & 0xffff;
    long pageBytes = size == 1 ? 65536 : size;
    long pages = numbers.getInt(28) & 0xffffffffL;
    boolean pagesHold = numbers.getInt(24) == numbers.getInt(92);
    if (pagesHold && Files.size(file) < pages * pageBytes) {
      throw refuse(
          file,
          "is cut short: it has "
              + Files.size(file)
              + " bytes and should have "
              + pages * pageBytes
              + WHAT_TO_DO);
    }
  }

  /** Whether the database has nothing in it at all. */
  static boolean isBlank(Connection connection) throws SQLException {
    return number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
  }

  /** Looks at a file from outside that has to be there. */
  static void existing(Path file) {
    library();
    if (!Files.isRegularFile(file)) {
      throw refuse(file, "isn't there");
    }
    if (!Files.isReadable(file)) {
      throw refuse(file, "may not be read");
    }
    try {
      header(file);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  /** Looks at what is in it. */
  static void contents(Path file, Connection connection) throws SQLException, IOException {
    kind(file, connection);
    if (Files.size(file) <= SMALL_FILE_BYTES) {
      whole(file, connection);
    }
    ends(file, connection);
  }

  /** Looks whether it is one of ours, in a format that is known. */
  static void kind(Path file, Connection connection) throws SQLException {
    if (number(connection, "PRAGMA application_id") != Schema.APPLICATION) {
      throw refuse(file, "is an SQLite database of something else: choose another file");
    }
    long version = number(connection, "PRAGMA user_version");
    if (version > Schema.VERSION) {
      throw refuse(
          file,
          "was written by a newer Sluice: its format is "
              + version
              + ", this one knows formats up to "
              + Schema.VERSION
              + "; use the newer one");
    }
  }

  private static void whole(Path file, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
      if (row.next() && !row.getString(1).equals("ok")) {
        throw refuse(file, "is damaged: " + row.getString(1) + WHAT_TO_DO);
      }
    }
  }

  // The oldest and the newest rows are those that readers want first, and where a file that was
  // put together from parts of two states doesn't fit.
  private static void ends(Path file, Connection connection) throws SQLException {
    long newest = Head.read(connection).newest();
    for (String order : new String[] {"ASC", "DESC"}) {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(ChunkRows.WHOLE + " ORDER BY first " + order + " LIMIT 100")) {
        while (row.next()) {
          ChunkHead head = ChunkRows.whole(row);
          new ChunkReader(head, row.getBytes(7));
          if (head.last() > newest) {
            throw refuse(
                file,
                "is damaged: it has event "
                    + head.last()
                    + " and says that the newest is "
                    + newest
                    + WHAT_TO_DO);
          }
        }
      } catch (DamagedChunkException e) {
        throw new UnusableFileException(file + " is damaged: " + e.getMessage() + WHAT_TO_DO, e);
      }
    }
  }

  /** What to say of a write-ahead log with commits behind the damage. */
  static UnusableFileException damagedLog(Path file) {
    return refuse(
        walOf(file),
        "is damaged: commits lie behind a part that isn't as it was written" + WHAT_TO_DO);
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /** What a failure on opening means. */
  static UnusableFileException unusable(Path file, Exception cause) {
    if (cause instanceof SQLiteException e) {
      int primary = e.getResultCode().code & 0xff;
      if (primary == SQLiteErrorCode.SQLITE_NOTADB.code) {
        return new UnusableFileException(
            file + " isn't an SQLite database, or its beginning is damaged" + WHAT_TO_DO, e);
      }
      if (primary == SQLiteErrorCode.SQLITE_CORRUPT.code) {
        return new UnusableFileException(file + " is damaged: " + e.getMessage() + WHAT_TO_DO, e);
      }
      if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
        return new UnusableFileException(file + " can't be opened: its disk is full", e);
      }
    }
    return new UnusableFileException(file + " can't be opened: " + cause.getMessage(), cause);
  }

  private static UnusableFileException refuse(Path file, String why) {
    return new UnusableFileException(file + " " + why, null);
  }
}
