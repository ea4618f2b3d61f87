package io.sluice.sqlite;

import io.sluice.log.Epochs.Life;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads everything and holds it against each other: {@link SqliteFile#check}.
 *
 * <p>Used once.
 */
final class FileCheck {

  private static final int MOST_PROBLEMS = 100;

  /** What the rows of a channel come to, so far. */
  private static final class Found {
    long last;
    long settledEvents;
  }

  private final Path file;
  private final List<String> problems = new ArrayList<>();
  private final Map<Long, ChannelRow> channels = new HashMap<>();
  private final Map<Long, Found> found = new HashMap<>();
  private long events;
  private long bytes;

  FileCheck(Path file) {
    this.file = file;
  }

  SqliteFile.Report run() {
    FileChecks.existing(file);
    try {
      if (WalCheck.of(FileChecks.walOf(file)).isDamaged()) {
        problem(FileChecks.walOf(file) + " has commits behind a part that is damaged");
      }
      return read();
    } catch (SQLException | IOException e) {
      throw FileChecks.unusable(file, e);
    }
  }

  private SqliteFile.Report read() throws SQLException {
    try (Connection connection = Connections.reading(file);
        Statement statement = connection.createStatement()) {
      FileChecks.kind(file, connection);
      // All of it is about one moment, should a hub be writing.
      statement.executeUpdate("BEGIN");
      long newest = 0;
      try {
        database(statement);
        Head head = Head.read(connection);
        newest = head.newest();
        lives(FileState.read(connection).lives(), head);
        channels(statement);
        chunks(statement, head);
        channels.values().forEach(this::counts);
        totals(statement, head);
      } catch (SQLException e) {
        problem("it can't be read on: " + e.getMessage());
      }
      return new SqliteFile.Report(events, found.size(), newest, problems);
    }
  }

  private void database(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("PRAGMA integrity_check")) {
      while (row.next()) {
        if (!row.getString(1).equals("ok")) {
          problem("SQLite: " + row.getString(1));
        }
      }
    }
  }

  private void lives(List<Life> lives, Head head) {
    long fork = 0;
    for (Life life : lives) {
      if (life.fork() < fork || life.fork() > head.newest()) {
        problem("epoch " + life.epoch() + " forks at " + life.fork() + ", which isn't in order");
      }
      fork = life.fork();
    }
  }

  private void channels(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT " + ChannelRow.COLUMNS + " FROM channel ORDER BY id")) {
      while (row.next()) {
        ChannelRow channel = ChannelRow.of(row);
        channels.put(channel.id(), channel);
      }
    }
  }

  private void chunks(Statement statement, Head head) throws SQLException {
    long time = 0;
    long newest = 0;
    try (ResultSet row = statement.executeQuery(ChunkRows.WHOLE + " ORDER BY first")) {
      while (row.next()) {
        ChunkHead chunk = ChunkRows.whole(row);
        if (chunk.timeMillis() < time) {
          problem(name(chunk) + " is older than those before it");
        }
        time = chunk.timeMillis();
        newest = Math.max(newest, chunk.last());
        decode(chunk, row.getBytes(7));
        count(chunk);
      }
    }
    if (newest > head.newest()) {
      problem("there is event " + newest + ", but the newest is said to be " + head.newest());
    }
  }

  private void decode(ChunkHead chunk, byte[] data) {
    try {
      ChunkReader reader = new ChunkReader(chunk, data);
      while (reader.next()) {
        // reading it finds what is wrong with it
      }
    } catch (DamagedChunkException e) {
      problem(String.valueOf(e.getMessage()));
    }
  }

  private void count(ChunkHead chunk) {
    ChannelRow channel = channels.get(chunk.channel());
    if (channel == null) {
      problem(name(chunk) + " is of channel " + chunk.channel() + ", which isn't there");
      return;
    }
    Found so = found.computeIfAbsent(chunk.channel(), id -> new Found());
    if (chunk.first() <= Math.max(so.last, channel.lost())) {
      problem(name(chunk) + " of " + channel.name() + " lies before what comes before it");
    }
    so.last = chunk.last();
    if (chunk.first() <= channel.settled()) {
      so.settledEvents += chunk.events();
    }
    events += chunk.events();
    bytes += chunk.bytes();
  }

  private void counts(ChannelRow channel) {
    Found so = found.get(channel.id());
    long settled = so == null ? 0 : so.settledEvents;
    if (settled != channel.events()) {
      problem(channel.name() + " has " + settled + " events, but says " + channel.events());
    }
    if (so != null && channel.events() == 0) {
      problem(channel.name() + " has events, but says that it is empty");
    }
  }

  private void totals(Statement statement, Head head) throws SQLException {
    if (events != head.events() || bytes != head.bytes() || found.size() != head.channels()) {
      problem(
          "there are %d events of %d bytes in %d channels, but the log says %d, %d and %d"
              .formatted(
                  events, bytes, found.size(), head.events(), head.bytes(), head.channels()));
    }
    try (ResultSet row = statement.executeQuery("SELECT count(*) FROM channel WHERE events = 0")) {
      row.next();
      if (row.getLong(1) != head.empty()) {
        problem(
            "there are " + row.getLong(1) + " empty channels, but the log says " + head.empty());
      }
    }
  }

  private static String name(ChunkHead chunk) {
    return "the row of events " + chunk.first() + " to " + chunk.last();
  }

  private void problem(String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(what);
    }
  }
}
