package io.sluice.sqlite;

import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The channels that the writer had to do with lately. A channel that isn't here has a row that is
 * up to date, or is found out to be behind when it is read.
 *
 * <p>Confined to the writer.
 */
final class ChannelStates {

  private static final int FIRST_SIZE = 1024;

  // A row that is this many rows of chunk behind is brought up to date: reading begins with a sum
  // over what it is behind.
  private static final int MAX_BEHIND = 256;

  private final WriteSession session;
  private final RetentionRules rules;
  private final Tally tally;
  private final int limit;

  // In order of use.
  private final LinkedHashMap<String, ChannelState> byName =
      new LinkedHashMap<>(FIRST_SIZE, 0.75f, true);
  private final Map<Long, ChannelState> byId = new HashMap<>();

  ChannelStates(WriteSession session, RetentionRules rules, Tally tally, int limit) {
    this.session = session;
    this.rules = rules;
    this.tally = tally;
    this.limit = limit;
  }

  /** A channel to append to; null if it is transient. */
  @Nullable ChannelState forAppend(String name) throws SQLException {
    ChannelState state = byName.get(name);
    if (state == null) {
      Retention retention = rules.of(name);
      if (retention.isTransient()) {
        return null;
      }
      ChannelRow row = session.channel(name);
      if (row != null) {
        return load(row, retention);
      }
      state = ChannelState.fresh(tally.nextChannel++, name, retention, tally.forgotten);
      add(state);
    }
    // It may have been retained in former days.
    return state.retention.isTransient() ? null : state;
  }

  /** The channel with a number, which exists. */
  ChannelState get(long id) throws SQLException {
    ChannelState state = find(id);
    if (state == null) {
      throw new SQLException("there is no channel " + id + ", but events of it");
    }
    return state;
  }

  /** The channel with a number, or null if there is none any more. */
  @Nullable ChannelState find(long id) throws SQLException {
    ChannelState state = byId.get(id);
    if (state != null) {
      return state;
    }
    ChannelRow row = session.channel(id);
    return row == null ? null : load(row, rules.of(row.name()));
  }

  /** The retention of the channel with a number, which exists. */
  Retention retention(long id) throws SQLException {
    ChannelState state = byId.get(id);
    if (state != null) {
      return state.retention;
    }
    ChannelRow row = session.channel(id);
    if (row == null) {
      throw new SQLException("there is no channel " + id + ", but events of it");
    }
    return rules.of(row.name());
  }

  private ChannelState load(ChannelRow row, Retention retention) throws SQLException {
    ChannelState state = ChannelState.of(row, retention, session.sum(row.id(), row.settled()));
    add(state);
    return state;
  }

  private void add(ChannelState state) {
    byName.put(state.name, state);
    byId.put(state.id, state);
  }

  /** Forgets one that holds nothing, here and in the file. */
  void forget(ChannelState state) throws SQLException {
    byName.remove(state.name);
    byId.remove(state.id);
    session.deleteChannel(state.id);
    tally.empty--;
    tally.forgotten = Math.max(tally.forgotten, state.lost);
  }

  /** Writes a channel's row down if others can't make out from the old one what holds now. */
  void saveIfNeeded(ChannelState state) throws SQLException {
    state.behind++;
    if (!state.stored
        || state.eventsInRow == 0
        || (!state.full && state.isOver())
        || state.behind >= MAX_BEHIND) {
      save(state);
    }
  }

  /** Writes a channel's row down. */
  void save(ChannelState state) throws SQLException {
    state.full = state.isOver() || (state.full && !state.isFarFromOver());
    boolean held = state.stored && state.eventsInRow > 0;
    boolean holds = state.events > 0;
    if (held != holds) {
      tally.channels += holds ? 1 : -1;
    }
    tally.empty += (holds ? 0 : 1) - (held || !state.stored ? 0 : 1);
    session.save(state);
    state.stored = true;
    state.dirty = false;
    state.behind = 0;
    state.eventsInRow = state.events;
  }

  /**
   * Writes down and lets go of those not used for the longest time, as far as there are too many.
   */
  void shrink() throws SQLException {
    Iterator<ChannelState> oldest = byName.values().iterator();
    for (int more = byName.size() - limit; more > 0; more--) {
      ChannelState state = oldest.next();
      if (state.queued) {
        continue; // its turn to be swept will come
      }
      if (state.dirty) {
        save(state);
      }
      oldest.remove();
      byId.remove(state.id);
    }
  }

  /** Writes down what isn't. */
  void saveAll() throws SQLException {
    for (ChannelState state : byName.values()) {
      if (state.dirty) {
        save(state);
      }
    }
  }

  /** Forgets all, after a transaction that failed: the rows say what holds. */
  void clear() {
    byName.clear();
    byId.clear();
  }

  /** Visits all. */
  void forEach(Consumer<ChannelState> visitor) {
    byName.values().forEach(visitor);
  }
}
