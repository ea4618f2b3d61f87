package io.sluice.sqlite;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Deletes the oldest rows of channels. With the same commit the row of the channel says so: a
 * reader finds events or hears that they are gone.
 *
 * <p>Confined to the writer.
 */
final class Dropping {

  private final WriteSession session;
  private final ChannelStates states;
  private final Tally tally;

  Dropping(WriteSession session, ChannelStates states, Tally tally) {
    this.session = session;
    this.states = states;
    this.tally = tally;
  }

  /**
   * Deletes the oldest rows of a channel as long as they are to go.
   *
   * @param goes is asked about each, after the one before was counted out
   * @return how many went
   */
  int drop(ChannelState state, int limit, Predicate<ChunkHead> goes) throws SQLException {
    List<ChunkHead> heads = session.front(state.id, state.lost, limit);
    int gone = 0;
    for (ChunkHead head : heads) {
      if (!goes.test(head)) {
        break;
      }
      state.drop(head);
      tally.events -= head.events();
      tally.bytes -= head.bytes();
      tally.evicted += head.events();
      gone++;
    }
    if (gone > 0) {
      session.deleteChunks(state.id, heads.getFirst().first(), heads.get(gone - 1).first());
      states.save(state);
    }
    return gone;
  }
}
