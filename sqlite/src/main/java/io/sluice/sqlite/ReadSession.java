package io.sluice.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection that reads, and its statements. Between {@link #begin} and {@link #end} all answers
 * are about one moment of the log; nothing is held open outside of that.
 *
 * <p>One caller at a time. A row is to be closed before the same question is asked again.
 */
final class ReadSession implements AutoCloseable {

  private static final int MAX_NAMES = 20_000;
  private static final String CHANNELS = "SELECT " + ChannelRow.COLUMNS + " FROM channel ";

  private final Connection connection;
  private final Prepared begin;
  private final Prepared end;
  private final Prepared head;
  private final Prepared agePosition;
  private final Prepared channelByName;
  private final Prepared channelById;
  private final Prepared channelsByName;
  private final Prepared channelsLostAfter;
  private final Prepared channelsFull;
  private final Prepared chunksFrom;
  private final Prepared chunkOfChannelAfter;
  private final Prepared chunksOfChannel;
  private final Prepared chunkAt;
  private final Prepared chunkHolding;
  private final Prepared blockHolding;
  private final Prepared timeFrom;
  private final Prepared channelsBetween;
  private final Prepared sum;
  private final Prepared sumBetween;
  private final Prepared front;
  private final Prepared back;

  // A number is never given to another channel.
  private final Map<Long, String> names =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
          return size() > MAX_NAMES;
        }
      };

  ReadSession(Connection connection) throws SQLException {
    this.connection = connection;
    begin = prepare("BEGIN");
    end = prepare("COMMIT");
    head = prepare(Head.QUERY);
    agePosition = prepare("SELECT position FROM age WHERE millis = ?");
    channelByName = prepare(CHANNELS + "WHERE name = ?");
    channelById = prepare(CHANNELS + "WHERE id = ?");
    channelsByName = prepare(CHANNELS + "WHERE name >= ? AND name < ? ORDER BY name");
    channelsLostAfter = prepare(CHANNELS + "WHERE lost > ? AND lost > 0");
    channelsFull = prepare(CHANNELS + "WHERE full = 1");
    chunksFrom = prepare(ChunkRows.WHOLE + " WHERE first >= ? AND first <= ? ORDER BY first");
    chunkOfChannelAfter =
        prepare(ChunkRows.WHOLE + " WHERE channel = ? AND first > ? ORDER BY first LIMIT 1");
    chunksOfChannel =
        prepare(
            ChunkRows.WHOLE + " WHERE channel = ? AND first >= ? AND first <= ? ORDER BY first");
    chunkAt = prepare(ChunkRows.WHOLE + " WHERE first = ?");
    chunkHolding =
        prepare(
            "SELECT first, last, events, bytes FROM chunk WHERE channel = ? AND first <= ?"
                + " ORDER BY first DESC LIMIT 1");
    blockHolding = prepare("SELECT start FROM chunk WHERE first <= ? ORDER BY first DESC LIMIT 1");
    timeFrom = prepare("SELECT first, time FROM chunk WHERE first >= ? ORDER BY first LIMIT 1");
    channelsBetween =
        prepare("SELECT channel FROM chunk WHERE first > ? AND first <= ? ORDER BY first LIMIT ?");
    sum = prepare(ChunkRows.SUM);
    sumBetween = prepare(ChunkRows.SUM + " AND first <= ?");
    front = prepare(ChunkRows.FRONT);
    back =
        prepare(ChunkRows.WHOLE + " WHERE channel = ? AND first <= ? ORDER BY first DESC LIMIT 1");
  }

  private Prepared prepare(String sql) throws SQLException {
    return new Prepared(connection, sql);
  }

  void begin() throws SQLException {
    begin.run();
  }

  void end() throws SQLException {
    end.run();
  }

  Head head() throws SQLException {
    try (ResultSet row = head.rows()) {
      return Head.of(row);
    }
  }

  /** Up to where the sweeper has given up what is older than an age. */
  long agePosition(long ageMillis) throws SQLException {
    return agePosition.number(0, ageMillis);
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

  /** The name of a channel that has events. */
  String name(long id) throws SQLException {
    String name = names.get(id);
    if (name == null) {
      ChannelRow row = channel(id);
      if (row == null) {
        throw new SQLException("there is no channel " + id + ", but events of it");
      }
      name = row.name();
      names.put(id, name);
    }
    return name;
  }

  /** Channels in order of their names, for {@link ChannelRow#of}. */
  ResultSet channels(String from, String before) throws SQLException {
    return channelsByName.set(1, from).set(2, before).rows();
  }

  /** Channels that have lost something after a position. */
  ResultSet channelsLostAfter(long position) throws SQLException {
    return channelsLostAfter.rows(position);
  }

  /** Channels that may hold more than their retention keeps. */
  ResultSet channelsFull() throws SQLException {
    return channelsFull.rows();
  }

  /** The numbers of channels with rows between two positions, one for each row. */
  ResultSet channelsBetween(long after, long upTo, int limit) throws SQLException {
    return channelsBetween.rows(after, upTo, limit);
  }

  /** Rows of all channels from a first sequence on, for {@link ChunkRows#whole}. */
  ResultSet chunks(long from, long upTo) throws SQLException {
    return chunksFrom.rows(from, upTo);
  }

  /** Rows of a channel whose first sequences lie between two, for {@link ChunkRows#whole}. */
  ResultSet chunks(long channel, long from, long upTo) throws SQLException {
    return chunksOfChannel.rows(channel, from, upTo);
  }

  /** The row of a channel whose first sequence comes next after one; null if there is none. */
  @Nullable ChunkReader chunkAfter(long channel, long after) throws SQLException {
    return reader(chunkOfChannelAfter.rows(channel, after));
  }

  /** The row of a channel whose first sequence comes last up to one; null if there is none. */
  @Nullable ChunkReader chunkUpTo(long channel, long upTo) throws SQLException {
    return reader(back.rows(channel, upTo));
  }

  /** The row with a first sequence; null if there is none. */
  @Nullable ChunkReader chunk(long first) throws SQLException {
    return reader(chunkAt.rows(first));
  }

  private static @Nullable ChunkReader reader(ResultSet rows) throws SQLException {
    try (rows) {
      return rows.next() ? new ChunkReader(ChunkRows.whole(rows), rows.getBytes(7)) : null;
    }
  }

  /** The newest row of a channel that begins at or before a sequence; null if there is none. */
  @Nullable ChunkHead headUpTo(long channel, long sequence) throws SQLException {
    try (ResultSet row = chunkHolding.rows(channel, sequence)) {
      return row.next() ? ChunkRows.indexed(channel, row) : null;
    }
  }

  /** Where the block begins that has the newest row at or before a sequence. */
  long blockStart(long sequence) throws SQLException {
    return blockHolding.number(sequence + 1, sequence);
  }

  /**
   * The first row at or after a sequence: its first sequence and its time; null if there is none.
   */
  long @Nullable [] timeFrom(long sequence) throws SQLException {
    try (ResultSet row = timeFrom.rows(sequence)) {
      return row.next() ? new long[] {row.getLong(1), row.getLong(2)} : null;
    }
  }

  /** What rows of a channel hold whose first sequences lie past one. */
  ChunkSum sum(long channel, long after) throws SQLException {
    return sum(sum.rows(channel, after));
  }

  /** What rows of a channel hold whose first sequences lie past one, up to another. */
  ChunkSum sum(long channel, long after, long upTo) throws SQLException {
    return sum(sumBetween.rows(channel, after, upTo));
  }

  private static ChunkSum sum(ResultSet rows) throws SQLException {
    try (rows) {
      rows.next();
      return new ChunkSum(rows.getLong(1), rows.getLong(2), rows.getLong(3));
    }
  }

  /** The oldest rows of a channel past a sequence, without their times. */
  List<ChunkHead> front(long channel, long after, int limit) throws SQLException {
    List<ChunkHead> heads = new ArrayList<>();
    try (ResultSet row = front.rows(channel, after, limit)) {
      while (row.next()) {
        heads.add(ChunkRows.indexed(channel, row));
      }
    }
    return heads;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
