package io.sluice.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Deletes what is older than one of the ages that the rules have: goes through the rows of all
 * channels, oldest first, and never twice.
 *
 * <p>Confined to the writer.
 */
final class AgeSweep implements Chore {

  // What is too old can't be had by anyone anyway: a resume is told by the clock.
  private static final long PAUSE_MILLIS = 1000;

  private static final int LOOK_ROWS = 2048;

  // What looking at a row costs, in rows that are deleted.
  private static final int LOOKS_PER_ROW = 32;

  private final ChannelStates states;
  private final Dropping dropping;
  private final Duration age;
  private final Prepared rows;
  private final Prepared save;

  /** Channels with rows that are too old, and up to where; the looks are done up to the end. */
  private final Map<Long, Long> found = new LinkedHashMap<>();

  private long end;
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
            "SELECT first, channel, last, time FROM chunk WHERE first > ? ORDER BY first LIMIT ?");
    save = session.prepare("INSERT OR REPLACE INTO age VALUES (?, ?)");
    position =
        session.prepare("SELECT position FROM age WHERE millis = ?").number(0, age.toMillis());
    committed = position;
  }

  @Override
  public boolean isDue(long nowMillis) {
    return !found.isEmpty() || nowMillis >= dueMillis;
  }

  @Override
  public int step(int limit, long nowMillis) throws SQLException {
    int done = found.isEmpty() ? look(nowMillis) : drop(limit);
    if (found.isEmpty() && end > position) {
      position = end;
      save.run(age.toMillis(), position);
    }
    return done;
  }

  /** Finds what is too old: rows of a channel that go together cost less. */
  private int look(long nowMillis) throws SQLException {
    long bound = nowMillis - age.toMillis();
    int looked = 0;
    dueMillis = nowMillis + Math.min(PAUSE_MILLIS, age.toMillis());
    try (ResultSet row = rows.rows(position, LOOK_ROWS)) {
      while (row.next()) {
        long time = row.getLong(4);
        if (time > bound) {
          dueMillis = Math.max(time + age.toMillis(), nowMillis + PAUSE_MILLIS);
          break;
        }
        looked++;
        end = row.getLong(1);
        found.put(row.getLong(2), row.getLong(3));
      }
    }
    if (looked == LOOK_ROWS) {
      dueMillis = nowMillis;
    }
    for (Iterator<Long> channels = found.keySet().iterator(); channels.hasNext(); ) {
      if (!age.equals(states.retention(channels.next()).age())) {
        channels.remove();
      }
    }
    return looked == 0 ? 0 : Math.max(1, looked / LOOKS_PER_ROW);
  }

  private int drop(int limit) throws SQLException {
    var next = found.entrySet().iterator().next();
    long through = next.getValue();
    ChannelState state = states.find(next.getKey());
    int gone =
        state == null
            ? 0 // something else has given it all up meanwhile
            : dropping.drop(state, limit, oldest -> oldest.last() <= through);
    if (gone < limit) {
      found.remove(next.getKey());
    }
    return Math.max(1, gone);
  }

  @Override
  public void committed() {
    committed = position;
  }

  @Override
  public void undone() {
    found.clear();
    position = committed;
    end = committed;
    dueMillis = Long.MIN_VALUE;
  }
}
