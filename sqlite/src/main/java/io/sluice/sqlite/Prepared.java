package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement. The driver gives one up when it fails; then it is prepared anew when it is
 * used next.
 *
 * <p>One caller at a time: what {@link #rows} gave is closed before it is used again.
 */
final class Prepared {

  private final Connection connection;
  private final String sql;
  private @Nullable PreparedStatement statement;

  Prepared(Connection connection, String sql) throws SQLException {
    this.connection = connection;
    this.sql = sql;
    this.statement = connection.prepareStatement(sql);
  }

  /** Sets a parameter; they count from 1. */
  Prepared set(int parameter, String text) throws SQLException {
    statement().setString(parameter, text);
    return this;
  }

  /** Sets a parameter; they count from 1. */
  Prepared set(int parameter, long number) throws SQLException {
    statement().setLong(parameter, number);
    return this;
  }

  /** Sets a parameter; they count from 1. */
  Prepared set(int parameter, byte[] bytes) throws SQLException {
    statement().setBytes(parameter, bytes);
    return this;
  }

  /**
   * Runs it, with the parameters from the first on set to numbers; returns how many rows changed.
   */
  int run(long... numbers) throws SQLException {
    PreparedStatement bound = bind(numbers);
    try {
      return bound.executeUpdate();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Asks it, with the parameters from the first on set to numbers. The caller closes the rows. */
  ResultSet rows(long... numbers) throws SQLException {
    PreparedStatement bound = bind(numbers);
    try {
      return bound.executeQuery();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The number in the first column of the first row, or another one if there is no row. */
  long number(long otherwise, long... numbers) throws SQLException {
    try (ResultSet row = rows(numbers)) {
      return row.next() ? row.getLong(1) : otherwise;
    }
  }

  private PreparedStatement bind(long... numbers) throws SQLException {
    PreparedStatement bound = statement();
    for (int i = 0; i < numbers.length; i++) {
      bound.setLong(i + 1, numbers[i]);
    }
    return bound;
  }

  private PreparedStatement statement() throws SQLException {
    PreparedStatement usable = statement;
    if (usable == null) {
      usable = connection.prepareStatement(sql);
      statement = usable;
    }
    return usable;
  }

  private SQLException failed(SQLException cause) {
    PreparedStatement useless = statement;
    statement = null;
    try {
      if (useless != null) {
        useless.close();
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }
}
