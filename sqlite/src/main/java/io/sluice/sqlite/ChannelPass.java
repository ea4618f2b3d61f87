package io.sluice.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes through the channels that may hold more than they should: after an unclean end nobody else
 * knows of them, and after a change of the rules it may be any.
 *
 * <p>Confined to the writer, but for {@link #rulesAreNew}.
 */
final class ChannelPass implements Chore {

  private final WriteSession session;
  private final ChannelStates states;
  private final SurplusSweep surplus;
  private final String rules;
  private final Prepared full;
  private final Prepared all;
  private long position;
  private boolean finished;
  private volatile boolean rulesAreNew;

  /**
   * @param rules as text, to be remembered when all channels have been looked at with them
   */
  ChannelPass(
      WriteSession session,
      ChannelStates states,
      SurplusSweep surplus,
      String rules,
      boolean rulesAreNew)
      throws SQLException {
    this.session = session;
    this.states = states;
    this.surplus = surplus;
    this.rules = rules;
    this.rulesAreNew = rulesAreNew;
    full = session.prepare("SELECT id FROM channel WHERE full = 1 AND id > ? ORDER BY id LIMIT ?");
    all = session.prepare("SELECT id FROM channel WHERE id > ? ORDER BY id LIMIT ?");
  }

  /** Whether there may be channels that haven't been looked at with these rules. Any thread. */
  boolean rulesAreNew() {
    return rulesAreNew;
  }

  @Override
  public boolean isDue(long nowMillis) {
    return !finished;
  }

  @Override
  public int step(int rows, long nowMillis) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (ResultSet row = (rulesAreNew ? all : full).rows(position, rows)) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    for (long id : ids) {
      ChannelState state = states.get(id);
      if (state.isOver() != state.full) {
        states.save(state);
      }
      surplus.offer(state);
      position = id;
    }
    if (ids.size() < rows) {
      if (rulesAreNew) {
        FileState.put(session.connection(), FileState.RULES, rules);
      }
      finished = true;
    }
    return Math.max(1, ids.size());
  }

  @Override
  public void committed() {
    if (finished) {
      rulesAreNew = false;
    }
  }

  @Override
  public void undone() {
    position = 0;
    finished = false;
  }
}
