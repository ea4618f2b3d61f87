package io.sluice.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes what is older than one of the ages that the rules have: goes through the rows of all
 * channels, oldest first, and never twice.
 *
 * <p>Confined to the writer.
 */
final class AgeSweep implements Chore {

  // What is too old can't be had by anyone anyway: a resume is told by the clock.
  private static final long PAUSE_MILLIS = 1000;

  private final ChannelStates states;
  private final Dropping dropping;
  private final Duration age;
  private final Prepared rows;
  private final Prepared save;
  private long position;
  private long committed;
  private long dueMillis = Long.MIN_VALUE;

  AgeSweep(WriteSession session, ChannelStates states, Dropping dropping, Duration age)
      throws SQLException {
    this.states = states;
    this.dropping = dropping;
    this.age = age;
    rows =
        session.prepare(
            "SELECT first, channel, last, events, time, bytes FROM chunk WHERE first > ?"
                + " ORDER BY first LIMIT ?");
    save = session.prepare("INSERT OR REPLACE INTO age VALUES (?, ?)");
    position =
        session.prepare("SELECT position FROM age WHERE millis = ?").number(0, age.toMillis());
    committed = position;
  }

  @Override
  public boolean isDue(long nowMillis) {
    return nowMillis >= dueMillis;
  }

  @Override
  public int step(int limit, long nowMillis) throws SQLException {
    long bound = nowMillis - age.toMillis();
    List<ChunkHead> heads = heads(limit);
    int looked = 0;
    for (ChunkHead head : heads) {
      if (head.timeMillis() > bound) {
        dueMillis = Math.max(head.timeMillis() + age.toMillis(), nowMillis + PAUSE_MILLIS);
        break;
      }
      looked += expire(head, limit);
      position = head.first();
    }
    if (heads.size() < limit && looked >= heads.size()) {
      dueMillis = nowMillis + Math.min(PAUSE_MILLIS, age.toMillis());
    }
    if (looked > 0) {
      save.run(age.toMillis(), position);
    }
    return looked;
  }

  private List<ChunkHead> heads(int limit) throws SQLException {
    List<ChunkHead> heads = new ArrayList<>();
    try (ResultSet row = rows.rows(position, limit)) {
      while (row.next()) {
        heads.add(ChunkRows.whole(row));
      }
    }
    return heads;
  }

  private int expire(ChunkHead head, int limit) throws SQLException {
    ChannelState state = states.get(head.channel());
    if (!age.equals(state.retention.age())) {
      return 1;
    }
    int gone = 0;
    while (state.lost < head.last()) {
      gone += dropping.drop(state, limit, oldest -> oldest.last() <= head.last());
    }
    return Math.max(1, gone);
  }

  @Override
  public void committed() {
    committed = position;
  }

  @Override
  public void undone() {
    dueMillis = Long.MIN_VALUE;
    position = committed;
  }
}
