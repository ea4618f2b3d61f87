package io.sluice.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A row of the table {@code channel}. It isn't written with every event: events in rows of {@code
 * chunk} past {@link #settled} come on top.
 *
 * <p>Immutable.
 *
 * @param id its number
 * @param name its name
 * @param lost the newest sequence whose bytes are gone
 * @param denseFrom from here to {@code lost} every sequence was this channel's
 * @param settled its rows of {@code chunk} up to here are counted in {@code events} and {@code
 *     bytes}; 0 in {@code events} says that it holds nothing whatever this is
 * @param events how many events it holds
 * @param bytes of their frames
 * @param full whether it may hold more than its retention keeps, age aside
 */
record ChannelRow(
    long id,
    String name,
    long lost,
    long denseFrom,
    long settled,
    long events,
    long bytes,
    boolean full) {

  /** The columns that {@link #of} reads. */
  static final String COLUMNS = "id, name, lost, dense_from, settled, events, bytes, full";

  /** Reads it. */
  static ChannelRow of(ResultSet row) throws SQLException {
    return new ChannelRow(
        row.getLong(1),
        row.getString(2),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8) != 0);
  }
}
