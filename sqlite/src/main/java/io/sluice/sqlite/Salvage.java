package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads out of a damaged file what can be read. Where a table can't be read on, it is tried again
 * further on, in steps that double.
 *
 * <p>One caller at a time.
 */
final class Salvage {

  private static final int MOST_PROBLEMS = 100;

  private static final String CHANNELS =
      "SELECT " + ChannelRow.COLUMNS + " FROM channel WHERE id > ? ORDER BY id";
  private static final String CHUNKS =
      "SELECT first, channel, last, events, time, bytes, data, start FROM chunk"
          + " WHERE first > ? ORDER BY first";
  private static final String NEWEST = "SELECT max(first) FROM chunk";

  /** Gets something that was read. */
  interface Sink<T> {
    void add(T one) throws SQLException;
  }

  /** Gets a row, and where its block begins. */
  interface ChunkSink {
    void add(long start, ChunkReader chunk) throws SQLException;
  }

  private final Connection source;
  private final List<String> problems = new ArrayList<>();

  /** Of a damaged file. */
  Salvage(Connection source) throws SQLException {
    this.source = source;
    try (Statement statement = source.createStatement()) {
      // What is wrong in one cell shouldn't cost the page.
      statement.executeUpdate("PRAGMA cell_size_check = OFF");
    }
  }

  /** What couldn't be read. */
  List<String> problems() {
    return problems;
  }

  private void problem(String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(what);
    }
  }

  void head(Sink<Head> sink) throws SQLException {
    Head head;
    try {
      head = Head.read(source);
    } catch (SQLException e) {
      problem("where the log stands: " + e.getMessage());
      return;
    }
    sink.add(head);
  }

  void channels(Sink<ChannelRow> sink) throws SQLException {
    walk("channels", CHANNELS, Integer.MAX_VALUE, ChannelRow::of, sink);
  }

  void chunks(ChunkSink sink) throws SQLException {
    walk("events", CHUNKS, end(), this::chunk, chunk -> sink.add(chunk.start, chunk.reader));
  }

  /** A row, and where its block begins. */
  private record Chunk(long start, ChunkReader reader) {}

  private @Nullable Chunk chunk(ResultSet row) throws SQLException {
    ChunkHead head = ChunkRows.whole(row);
    byte[] data = row.getBytes(7);
    try {
      if (data == null) {
        throw new DamagedChunkException(head, "it has no data");
      }
      ChunkReader reader = new ChunkReader(head, data);
      while (reader.next()) {
        // reading it finds what is wrong with it
      }
      return new Chunk(row.getLong(8), reader);
    } catch (DamagedChunkException e) {
      problem(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private long end() {
    try (Statement statement = source.createStatement();
        ResultSet row = statement.executeQuery(NEWEST)) {
      return row.next() ? row.getLong(1) : 0;
    } catch (SQLException e) {
      problem("the newest events: " + e.getMessage());
      return Long.MAX_VALUE >> 8;
    }
  }

  /** Reads one row; null if it is of no use. */
  private interface RowReader<T> {
    @Nullable T read(ResultSet row) throws SQLException;
  }

  private <T> void walk(String what, String query, long end, RowReader<T> reader, Sink<T> sink)
      throws SQLException {
    long position = 0;
    while (position < end) {
      if (!readable(query, position)) {
        long next = behind(query, position, end);
        problem(what + " " + (position + 1) + " to " + next + " can't be read");
        position = next;
        continue;
      }
      try (PreparedStatement statement = ask(query, position);
          ResultSet rows = statement.executeQuery()) {
        long reached = position;
        T one = null;
        boolean more = true;
        while (more) {
          try {
            more = rows.next();
            if (!more) {
              return;
            }
            one = reader.read(rows);
            reached = rows.getLong(1);
          } catch (SQLException e) {
            more = false; // what comes next isn't readable: that is found out above
          }
          if (more && one != null) {
            sink.add(one); // what fails there isn't the damage
          }
        }
        position = reached;
      }
    }
  }

  /** The first position past one, nearly, from which the table can be read. */
  private long behind(String query, long position, long end) {
    long bad = position;
    long step = 1;
    while (bad + step < end && !readable(query, bad + step)) {
      bad += step;
      step *= 2;
    }
    long good = Math.min(end, bad + step);
    while (bad + 1 < good) {
      long middle = bad + (good - bad) / 2;
      if (readable(query, middle)) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    return good;
  }

  private boolean readable(String query, long position) {
    try (PreparedStatement statement = ask(query, position);
        ResultSet rows = statement.executeQuery()) {
      if (rows.next()) {
        // The data too: they may lie on other pages than the row begins on.
        for (int i = rows.getMetaData().getColumnCount(); i > 0; i--) {
          rows.getObject(i);
        }
      }
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  // A new one each time: one that failed fails once more when it is used again.
  private PreparedStatement ask(String query, long position) throws SQLException {
    PreparedStatement statement = source.prepareStatement(query);
    statement.setLong(1, position);
    return statement;
  }
}
