package io.sluice.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Copies a file: {@link SqliteFile#backup}.
 *
 * <p>Stateless.
 */
final class Backup {

  private Backup() {}

  static void run(Path file, Path target) {
    if (Files.exists(target)) {
      throw new UnusableFileException(
          target + " is there already: choose another name, or delete it first", null);
    }
    FileChecks.existing(file);
    // Under its own name only when it is whole and says what it is.
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.deleteIfExists(part);
      copy(file, part);
      mark(part);
      Files.move(part, target);
    } catch (SQLException | IOException e) {
      delete(part, e);
      throw new UnusableFileException(
          "couldn't copy " + file + " to " + target + ": " + e.getMessage(), e);
    }
  }

  private static void copy(Path file, Path part) throws SQLException {
    try (Connection connection = Connections.reading(file);
        PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
      copy.setString(1, part.toAbsolutePath().toString());
      copy.execute();
    }
  }

  private static void mark(Path part) throws SQLException {
    try (Connection connection = Connections.plain(part)) {
      try (Transaction transaction = Transaction.begin(connection)) {
        FileState.put(connection, FileState.COPY, "1");
        transaction.commit();
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA quick_check(1)");
      }
    }
  }

  private static void delete(Path part, Exception cause) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
