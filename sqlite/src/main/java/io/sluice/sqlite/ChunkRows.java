package io.sluice.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Questions to the table {@code chunk} that both sides ask. Those by channel are answered by the
 * index alone.
 *
 * <p>Stateless.
 */
final class ChunkRows {

  /** What a channel has past a sequence. */
  static final String SUM =
      "SELECT coalesce(sum(events), 0), coalesce(sum(bytes), 0), coalesce(max(last), 0)"
          + " FROM chunk WHERE channel = ? AND first > ?";

  /** A channel's oldest rows past a sequence, so many, for {@link #indexed}. */
  static final String FRONT =
      "SELECT first, last, events, bytes FROM chunk WHERE channel = ? AND first > ?"
          + " ORDER BY first LIMIT ?";

  /** The columns for {@link #whole}. */
  static final String WHOLE = "SELECT first, channel, last, events, time, bytes, data FROM chunk";

  private ChunkRows() {}

  /** What the index has of a row; not its time. */
  static ChunkHead indexed(long channel, ResultSet row) throws SQLException {
    return new ChunkHead(row.getLong(1), channel, row.getLong(2), row.getInt(3), 0, row.getLong(4));
  }

  /** A whole row but for its data, which is column 7. */
  static ChunkHead whole(ResultSet row) throws SQLException {
    return new ChunkHead(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getInt(4),
        row.getLong(5),
        row.getLong(6));
  }
}
