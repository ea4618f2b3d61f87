package io.sluice.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Keeps the file within its bound: past it, the oldest events of the heaviest channels go, down to
 * what the next heaviest have. A light channel's events are the last to go.
 *
 * <p>Confined to the writer.
 */
final class FileBudget implements Chore {

  private static final int VICTIMS = 32;

  private final ChannelStates states;
  private final Dropping dropping;
  private final Pages pages;
  private final long maxPages;
  private final Prepared heavy;
  private final Prepared heaviest;

  // By number: a channel may be let go of meanwhile, and be read again.
  private final Deque<Long> victims = new ArrayDeque<>();
  private long level;
  private boolean keepsNewest = true;
  private boolean chosen;
  private boolean droppedAny;
  private boolean due = true;

  /**
   * @param maxPages how many pages may be in use, or 0 for any number
   */
  FileBudget(
      WriteSession session, ChannelStates states, Dropping dropping, Pages pages, long maxPages)
      throws SQLException {
    this.states = states;
    this.dropping = dropping;
    this.pages = pages;
    this.maxPages = maxPages;
    heavy =
        session.prepare("SELECT id FROM channel WHERE bytes >= 65536 ORDER BY bytes DESC LIMIT ?");
    heaviest =
        session.prepare("SELECT id FROM channel WHERE events > 0 ORDER BY bytes DESC LIMIT ?");
  }

  /** Something was written. */
  void grown() {
    due = true;
  }

  @Override
  public boolean isDue(long nowMillis) {
    return maxPages > 0 && due;
  }

  @Override
  public int step(int rows, long nowMillis) throws SQLException {
    if (pages.used() <= maxPages) {
      victims.clear();
      keepsNewest = true;
      chosen = false;
      due = false;
      return 0;
    }
    if (victims.isEmpty()) {
      choose();
    }
    Long next = victims.poll();
    if (next == null) {
      due = false; // nothing is left that could go
      return 0;
    }
    ChannelState victim = states.find(next);
    if (victim == null) {
      return 1; // forgotten meanwhile
    }
    int gone =
        dropping.drop(
            victim,
            rows,
            head -> victim.bytes > level && !(keepsNewest && head.last() == victim.newest));
    droppedAny |= gone > 0;
    if (gone == rows) {
      victims.addFirst(victim.id);
    }
    return Math.max(1, gone);
  }

  private void choose() throws SQLException {
    if (chosen && !droppedAny) {
      keepsNewest = false; // each has but one row left: then those go too
    }
    chosen = true;
    droppedAny = false;
    PriorityQueue<ChannelState> lightestFirst =
        new PriorityQueue<>(Comparator.comparingLong(state -> state.bytes));
    for (long id : stored()) {
      states.get(id);
    }
    states.forEach(
        state -> {
          if (state.events > 0) {
            lightestFirst.add(state);
            if (lightestFirst.size() > VICTIMS) {
              lightestFirst.remove();
            }
          }
        });
    long least = lightestFirst.size() < VICTIMS ? 1 : lightestFirst.element().bytes;
    long most = 0;
    while (!lightestFirst.isEmpty()) {
      ChannelState state = lightestFirst.remove();
      most = state.bytes;
      victims.addFirst(state.id);
    }
    level = Math.max(least - 1, most / 4 * 3);
  }

  private List<Long> stored() throws SQLException {
    List<Long> ids = ids(heavy);
    return ids.isEmpty() ? ids(heaviest) : ids;
  }

  private static List<Long> ids(Prepared query) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (ResultSet row = query.rows(VICTIMS)) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }

  @Override
  public void undone() {
    victims.clear();
    due = true;
  }
}
