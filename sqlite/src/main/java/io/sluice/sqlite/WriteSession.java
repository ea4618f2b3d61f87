package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that writes, and its statements.
 *
 * <p>One caller at a time.
 */
final class WriteSession implements AutoCloseable {

  // With every commit come the head and the ends of two tables; a row is in a table and an index.
  private static final int FEWEST_PAGES = 4;
  private static final int PAGES_PER_ROW = 2;

  private final Connection connection;
  private final Prepared begin;
  private final Prepared commit;
  private final Prepared rollback;
  private final Prepared insertChunk;
  private final Prepared saveHead;
  private final Prepared remember;
  private final Prepared channelByName;
  private final Prepared channelById;
  private final Prepared insertChannel;
  private final Prepared updateChannel;
  private final Prepared deleteChannel;
  private final Prepared chunkSum;
  private final Prepared front;
  private final Prepared deleteChunks;
  private long rows;
  private long bytes;

  private WriteSession(Connection connection) throws SQLException {
    this.connection = connection;
    begin = prepare("BEGIN IMMEDIATE");
    commit = prepare("COMMIT");
    rollback = prepare("ROLLBACK");
    insertChunk = prepare("INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    saveHead =
        prepare(
            "UPDATE head SET newest = ?, time = ?, events = ?, bytes = ?, channels = ?, empty = ?,"
                + " next_channel = ?, forgotten = ?");
    remember = prepare("INSERT INTO idempotency VALUES (?, ?, ?, ?)");
    channelByName = prepare("SELECT " + ChannelRow.COLUMNS + " FROM channel WHERE name = ?");
    channelById = prepare("SELECT " + ChannelRow.COLUMNS + " FROM channel WHERE id = ?");
    insertChannel =
        prepare(
            "INSERT INTO channel (lost, dense_from, settled, events, bytes, full, id, name)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    updateChannel =
        prepare(
            "UPDATE channel SET lost = ?, dense_from = ?, settled = ?, events = ?, bytes = ?,"
                + " full = ? WHERE id = ?");
    deleteChannel = prepare("DELETE FROM channel WHERE id = ?");
    chunkSum = prepare(ChunkRows.SUM);
    front = prepare(ChunkRows.FRONT);
    deleteChunks = prepare("DELETE FROM chunk WHERE channel = ? AND first BETWEEN ? AND ?");
  }

  /** Takes over a connection. */
  static WriteSession on(Connection connection) throws SQLException {
    return new WriteSession(connection);
  }

  /** A statement for whoever needs one more; it lives as long as this session. */
  Prepared prepare(String sql) throws SQLException {
    return new Prepared(connection, sql);
  }

  Connection connection() {
    return connection;
  }

  void begin() throws SQLException {
    begin.run();
  }

  void commit() throws SQLException {
    commit.run();
  }

  /** Undoes what was begun. */
  void rollback() throws SQLException {
    try {
      rollback.run();
    } catch (SQLException e) {
      // Some failures have undone it already.
      if (e.getMessage() == null || !e.getMessage().contains("no transaction is active")) {
        throw e;
      }
    }
  }

  void insert(ChunkHead head, long start, byte[] data) throws SQLException {
    rows++;
    bytes += data.length;
    insertChunk
        .set(8, data)
        .run(
            head.first(),
            head.channel(),
            start,
            head.last(),
            head.events(),
            head.timeMillis(),
            head.bytes());
  }

  Head head() throws SQLException {
    return Head.read(connection);
  }

  void save(Head head) throws SQLException {
    saveHead.run(
        head.newest(),
        head.timeMillis(),
        head.events(),
        head.bytes(),
        head.channels(),
        head.empty(),
        head.nextChannel(),
        head.forgotten());
  }

  void remember(String key, long first, int count, long timeMillis) throws SQLException {
    remember.set(4, key).run(first, count, timeMillis);
  }

  @Nullable ChannelRow channel(String name) throws SQLException {
    try (ResultSet row = channelByName.set(1, name).rows()) {
      return row.next() ? ChannelRow.of(row) : null;
    }
  }

  @Nullable ChannelRow channel(long id) throws SQLException {
    try (ResultSet row = channelById.rows(id)) {
      return row.next() ? ChannelRow.of(row) : null;
    }
  }

  /** Writes a channel's row. */
  void save(ChannelState state) throws SQLException {
    if (state.stored) {
      updateChannel.set(7, state.id);
      save(updateChannel, state);
    } else {
      insertChannel.set(7, state.id).set(8, state.name);
      save(insertChannel, state);
    }
  }

  private static void save(Prepared statement, ChannelState state) throws SQLException {
    statement.run(
        state.lost, state.denseFrom, state.newest, state.events, state.bytes, state.full ? 1 : 0);
  }

  void deleteChannel(long id) throws SQLException {
    deleteChannel.run(id);
  }

  /** What a channel has past a sequence. */
  ChunkSum sum(long channel, long after) throws SQLException {
    try (ResultSet row = chunkSum.rows(channel, after)) {
      row.next();
      return new ChunkSum(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  /** A channel's oldest rows past a sequence. Their times are left out: they are 0. */
  List<ChunkHead> front(long channel, long after, int limit) throws SQLException {
    List<ChunkHead> heads = new ArrayList<>();
    try (ResultSet row = front.rows(channel, after, limit)) {
      while (row.next()) {
        heads.add(ChunkRows.indexed(channel, row));
      }
    }
    return heads;
  }

  /** Deletes a channel's rows whose first sequences lie between two. */
  void deleteChunks(long channel, long from, long through) throws SQLException {
    rows += deleteChunks.run(channel, from, through);
  }

  /** About how many pages have been written since this was asked last. */
  long takePages() {
    long pages = FEWEST_PAGES + rows * PAGES_PER_ROW + bytes / Schema.PAGE_BYTES;
    rows = 0;
    bytes = 0;
    return pages;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
