package io.sluice.sqlite;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Goes through the rows of some channels by their index. Costs what it matches. */
final class LaneFeed implements Feed {

  /** A channel, and the row that comes next or at which it stands. */
  private static final class Lane {
    final ChannelRow channel;
    long at;
    long nextFirst;
    @Nullable ChunkReader row;

    Lane(ChannelRow channel) {
      this.channel = channel;
    }
  }

  private final ReadSession session;
  private final long after;
  private final long upTo;
  private final PriorityQueue<Lane> lanes =
      new PriorityQueue<>(Comparator.comparingLong(lane -> lane.at));
  private @Nullable Lane current;

  LaneFeed(ReadSession session, List<ChannelRow> channels, long after, long upTo)
      throws SQLException {
    this.session = session;
    this.after = after;
    this.upTo = upTo;
    for (ChannelRow channel : channels) {
      Lane lane = new Lane(channel);
      ChunkHead holding = session.headUpTo(channel.id(), after);
      if (holding != null && holding.last() > after) {
        add(lane, holding);
      } else {
        find(lane, after);
      }
    }
  }

  /** Only the index is asked: the rows of most of many channels won't be read this time. */
  private void find(Lane lane, long past) throws SQLException {
    for (ChunkHead head : session.front(lane.channel.id(), past, 1)) {
      add(lane, head);
    }
  }

  private void add(Lane lane, ChunkHead head) {
    lane.row = null;
    lane.nextFirst = head.first();
    lane.at = Math.max(head.first(), after + 1);
    if (lane.at <= upTo) {
      lanes.add(lane);
    }
  }

  @Override
  public @Nullable ChunkReader next() throws SQLException {
    if (current != null) {
      moveOn(current);
      current = null;
    }
    while (true) {
      Lane lane = lanes.poll();
      if (lane == null) {
        return null;
      }
      if (lane.row != null) {
        current = lane;
        return lane.row;
      }
      ChunkReader row = session.chunk(lane.nextFirst);
      if (row == null) {
        throw new SQLException("the index has a row that isn't there: " + lane.nextFirst);
      }
      lane.row = row;
      if (row.nextAfter(after)) {
        push(lane, row);
      }
    }
  }

  private void moveOn(Lane lane) throws SQLException {
    ChunkReader row = lane.row;
    if (row != null && row.next()) {
      push(lane, row);
    } else {
      // Of a channel that is being read, the next row is soon wanted too.
      ChunkReader next = session.chunkAfter(lane.channel.id(), lane.nextFirst);
      if (next != null && next.next()) {
        lane.nextFirst = next.head().first();
        lane.row = next;
        push(lane, next);
      }
    }
  }

  private void push(Lane lane, ChunkReader row) {
    lane.at = row.sequence();
    if (lane.at <= upTo) {
      lanes.add(lane);
    }
  }

  @Override
  public long reached() {
    return upTo;
  }

  @Override
  public String channel(ChunkReader row) {
    if (current == null) {
      throw new IllegalStateException("it stands at no event");
    }
    return current.channel.name();
  }

  @Override
  public void close() {}
}
