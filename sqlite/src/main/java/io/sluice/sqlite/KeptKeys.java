package io.sluice.sqlite;

import io.sluice.log.KeptKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The idempotency keys in the file.
 *
 * <p>Stateless.
 */
final class KeptKeys {

  /** How long a key is remembered. */
  static final Duration WINDOW = Duration.ofMinutes(10);

  /** How many are, of the newest. */
  static final int MOST = 100_000;

  private KeptKeys() {}

  /** Those whose time isn't over, oldest first. */
  static List<KeptKey> read(Connection connection, long nowMillis) throws SQLException {
    List<KeptKey> keys = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT key, first, count, time FROM idempotency WHERE time > ?"
                + " ORDER BY first DESC LIMIT ?")) {
      statement.setLong(1, nowMillis - WINDOW.toMillis());
      statement.setInt(2, MOST);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          keys.add(new KeptKey(row.getString(1), row.getLong(2), row.getInt(3), row.getLong(4)));
        }
      }
    }
    Collections.reverse(keys);
    return List.copyOf(keys);
  }
}
