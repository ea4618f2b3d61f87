package io.sluice.sqlite;

import io.sluice.log.Epochs;
import io.sluice.log.Epochs.Life;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the list of a log's lives from growing for ever.
 *
 * <p>Stateless.
 */
final class Lives {

  /** A file that is restored every day gets here after two months. */
  static final int MOST = 64;

  private Lives() {}

  /**
   * Leaves out the oldest lives that no event is left of, if there are many. Who comes with an id
   * of theirs has missed everything since anyway.
   */
  static Epochs shorten(Epochs epochs, Connection connection) throws SQLException {
    List<Life> lives = new ArrayList<>(epochs.lives());
    long oldest = oldest(connection);
    while (lives.size() >= MOST && lives.get(1).fork() < oldest) {
      lives.removeFirst();
    }
    return new Epochs(lives);
  }

  private static long oldest(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT min(first) FROM chunk")) {
      row.next();
      long first = row.getLong(1);
      return row.wasNull() ? Long.MAX_VALUE : first;
    }
  }
}
