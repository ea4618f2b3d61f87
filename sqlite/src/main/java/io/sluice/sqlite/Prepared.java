package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A prepared statement.
 *
 * <p>One caller at a time: what {@link #rows} gave is closed before it is used again.
 */
final class Prepared {

  private final PreparedStatement statement;

  Prepared(Connection connection, String sql) throws SQLException {
    statement = connection.prepareStatement(sql);
  }

  /** Sets a parameter; they count from 1. */
  Prepared set(int parameter, String text) throws SQLException {
    statement.setString(parameter, text);
    return this;
  }

  /** Sets a parameter; they count from 1. */
  Prepared set(int parameter, long number) throws SQLException {
    statement.setLong(parameter, number);
    return this;
  }

  /** Sets a parameter; they count from 1. */
  Prepared set(int parameter, byte[] bytes) throws SQLException {
    statement.setBytes(parameter, bytes);
    return this;
  }

  /**
   * Runs it, with the parameters from the first on set to numbers; returns how many rows changed.
   */
  int run(long... numbers) throws SQLException {
    bind(numbers);
    return statement.executeUpdate();
  }

  /** Asks it, with the parameters from the first on set to numbers. The caller closes the rows. */
  ResultSet rows(long... numbers) throws SQLException {
    bind(numbers);
    return statement.executeQuery();
  }

  /** The number in the first column of the first row, or another one if there is no row. */
  long number(long otherwise, long... numbers) throws SQLException {
    try (ResultSet row = rows(numbers)) {
      return row.next() ? row.getLong(1) : otherwise;
    }
  }

  private void bind(long... numbers) throws SQLException {
    for (int i = 0; i < numbers.length; i++) {
      statement.setLong(i + 1, numbers[i]);
    }
  }
}
