package io.sluice.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Forgets channels that hold nothing, when there are too many of them, those first that lost their
 * last event the longest ago. What they lost raises one mark for all.
 *
 * <p>Confined to the writer.
 */
final class ForgottenChannels implements Chore {

  private final ChannelStates states;
  private final Tally tally;
  private final int most;
  private final Prepared oldest;

  ForgottenChannels(WriteSession session, ChannelStates states, Tally tally, int most)
      throws SQLException {
    this.states = states;
    this.tally = tally;
    this.most = most;
    oldest = session.prepare("SELECT id FROM channel WHERE events = 0 ORDER BY lost LIMIT ?");
  }

  @Override
  public boolean isDue(long nowMillis) {
    return tally.empty > most;
  }

  @Override
  public int step(int rows, long nowMillis) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (ResultSet row = oldest.rows(Math.min(rows, tally.empty - most))) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    for (long id : ids) {
      states.forget(states.get(id));
    }
    return ids.size();
  }
}
