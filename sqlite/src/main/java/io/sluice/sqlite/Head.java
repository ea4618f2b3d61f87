package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Where the log stands: the one row of the table {@code head}, written with every commit.
 *
 * <p>Immutable.
 *
 * @param newest the newest sequence given to an event, stored or not
 * @param timeMillis when that was
 * @param events how many events are stored
 * @param bytes of their frames
 * @param channels how many channels hold something
 * @param empty how many are remembered that hold nothing
 * @param nextChannel the number of the next channel; none is used again
 * @param forgotten the newest sequence that a channel lost which isn't remembered any more
 */
record Head(
    long newest,
    long timeMillis,
    long events,
    long bytes,
    long channels,
    long empty,
    long nextChannel,
    long forgotten) {

  static final String QUERY =
      "SELECT newest, time, events, bytes, channels, empty, next_channel, forgotten FROM head";

  /** Reads it. */
  static Head read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      return of(row);
    }
  }

  /** Reads the answer to {@link #QUERY}. */
  static Head of(ResultSet row) throws SQLException {
    if (!row.next()) {
      throw new SQLException("the table head is empty");
    }
    return new Head(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8));
  }
}
