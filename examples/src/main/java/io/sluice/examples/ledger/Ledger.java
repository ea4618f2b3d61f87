package io.sluice.examples.ledger;

import io.sluice.client.EventReader;
import io.sluice.client.Gap;
import io.sluice.client.ReceivedEvent;
import io.sluice.client.SluiceClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Adds up payments in a database, each exactly once, whatever becomes of the connection, the hub or
 * this program meanwhile: the position in the stream is kept in the same transaction as the sum.
 *
 * <p>One caller at a time.
 */
public final class Ledger implements AutoCloseable {

  private final Connection database;

  /**
   * Opens the database, and makes its tables if they aren't there.
   *
   * @throws SQLException if it can't be used
   */
  public Ledger(Path file) throws SQLException {
    database = DriverManager.getConnection("jdbc:sqlite:" + file);
    database.setAutoCommit(false);
    try (Statement statement = database.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS ledger (sum INTEGER, position TEXT)");
      statement.execute("INSERT INTO ledger SELECT 0, '' WHERE NOT EXISTS (SELECT 1 FROM ledger)");
    }
    database.commit();
  }

  // snippet: ledger
  /** Takes payments until so many have come. */
  public void follow(SluiceClient client, int count) throws SQLException, InterruptedException {
    try (EventReader payments =
        client.stream("payments").startEarliest().startAfter(position()).open()) {
      for (int taken = 0; taken < count; taken++) {
        switch (payments.next()) {
          case ReceivedEvent event -> take(event);
          case Gap gap -> throw new IllegalStateException("to be settled by hand: " + gap);
          case null -> throw new IllegalStateException("the hub has ended the stream");
        }
      }
    }
  }

  private void take(ReceivedEvent payment) throws SQLException {
    try (PreparedStatement update =
        database.prepareStatement("UPDATE ledger SET sum = sum + ?, position = ?")) {
      update.setLong(1, Long.parseLong(payment.data()));
      update.setString(2, payment.id());
      update.executeUpdate();
    }
    database.commit(); // both, or neither
  }

  // end

  /**
   * The position after the last payment that was taken, empty before the first.
   *
   * @throws SQLException if the database fails
   */
  public String position() throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("SELECT position FROM ledger")) {
      return row.getString(1);
    }
  }

  /**
   * All payments taken, added up.
   *
   * @throws SQLException if the database fails
   */
  public long sum() throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("SELECT sum FROM ledger")) {
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
