package io.sluice.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Goes through the rows of one channel, with one question for all of them. */
final class ChannelFeed implements Feed {

  private final ChannelRow channel;
  private final long after;
  private final long upTo;
  private final ResultSet rows;
  private @Nullable ChunkReader current;

  ChannelFeed(ReadSession session, ChannelRow channel, long after, long upTo) throws SQLException {
    this.channel = channel;
    this.after = after;
    this.upTo = upTo;
    ChunkHead holding = session.headUpTo(channel.id(), after);
    long from = holding != null && holding.last() > after ? holding.first() : after + 1;
    rows = session.chunks(channel.id(), from, upTo);
  }

  @Override
  public @Nullable ChunkReader next() throws SQLException {
    ChunkReader row = current;
    if (row == null || !row.next()) {
      if (!rows.next()) {
        return null;
      }
      row = new ChunkReader(ChunkRows.whole(rows), rows.getBytes(7));
      current = row;
      // The first row may begin before; of those that follow, each event comes after.
      row.nextAfter(after);
    }
    return row.sequence() > upTo ? null : row;
  }

  @Override
  public long reached() {
    return upTo;
  }

  @Override
  public String channel(ChunkReader row) {
    return channel.name();
  }

  @Override
  public void close() throws SQLException {
    rows.close();
  }
}
