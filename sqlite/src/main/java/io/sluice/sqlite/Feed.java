package io.sluice.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Events out of the rows of {@code chunk}, in order.
 *
 * <p>For one moment of the log; one caller at a time.
 */
interface Feed extends AutoCloseable {

  /**
   * The row that stands at the next event; null at the end. What it stands at before it is asked
   * again is passed by.
   */
  @Nullable ChunkReader next() throws SQLException;

  /** Up to where everything came that there is, once {@link #next} was null. */
  long reached();

  /** The channel of the event at which a row stands. */
  String channel(ChunkReader row) throws SQLException;

  @Override
  void close() throws SQLException;
}
