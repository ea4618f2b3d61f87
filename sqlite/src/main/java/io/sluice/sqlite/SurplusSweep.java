package io.sluice.sqlite;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Deletes what channels hold beyond the events and bytes that their retention keeps.
 *
 * <p>Confined to the writer.
 */
final class SurplusSweep implements Chore {

  private final Dropping dropping;
  private final Deque<ChannelState> queue = new ArrayDeque<>();

  SurplusSweep(Dropping dropping) {
    this.dropping = dropping;
  }

  /** A channel has got more. */
  void offer(ChannelState state) {
    if (!state.queued && state.isWorthSweeping()) {
      state.queued = true;
      queue.add(state);
    }
  }

  @Override
  public boolean isDue(long nowMillis) {
    return !queue.isEmpty();
  }

  @Override
  public int step(int rows, long nowMillis) throws SQLException {
    ChannelState state = queue.poll();
    if (state == null) {
      return 0;
    }
    int gone = dropping.drop(state, rows, state::givesUp);
    if (gone == rows) {
      queue.add(state); // in turn with others that have too much
    } else {
      state.queued = false;
    }
    return Math.max(1, gone);
  }

  // The channels are read anew: a pass over those that are full finds what has to be done.
  @Override
  public void undone() {
    queue.clear();
  }
}
