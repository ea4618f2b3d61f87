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

  // Rows that go together cost less: a channel that is asked gives up this part of what it has.
  private static final int PART = 16;

  /** A channel, by number since it may be let go of meanwhile, and what it is brought down to. */
  private record Victim(long channel, long bytes) {}

  private final ChannelStates states;
  private final Dropping dropping;
  private final Pages pages;
  // Some room is made at once: to give up a little with each commit costs more, and without free
  // pages the file would grow and shrink all the time.
  private final long most;
  private final long least;
  private final Prepared heavy;
  private final Prepared heaviest;

  private final Deque<Victim> victims = new ArrayDeque<>();
  private boolean keepsNewest = true;
  private boolean freeing;
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
    this.most = maxPages - maxPages / 64;
    this.least = maxPages - maxPages / 16;
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
    return most > 0 && due;
  }

  @Override
  public int step(int rows, long nowMillis) throws SQLException {
    if (pages.used() <= (freeing ? least : most)) {
      victims.clear();
      keepsNewest = true;
      chosen = false;
      freeing = false;
      due = false;
      return 0;
    }
    freeing = true;
    if (victims.isEmpty()) {
      choose();
    }
    Victim victim = victims.poll();
    if (victim == null) {
      due = false; // nothing is left that could go
      return 0;
    }
    ChannelState state = states.find(victim.channel);
    if (state == null) {
      return 1; // forgotten meanwhile
    }
    int gone =
        dropping.drop(
            state,
            rows,
            head -> state.bytes > victim.bytes && !(keepsNewest && head.last() == state.newest));
    droppedAny |= gone > 0;
    if (gone == rows) {
      victims.addFirst(victim);
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
    List<ChannelState> heaviest = new ArrayList<>(lightestFirst);
    heaviest.sort(Comparator.comparingLong((ChannelState state) -> state.bytes).reversed());
    if (heaviest.isEmpty()) {
      return;
    }
    long others = heaviest.size() < VICTIMS ? 0 : heaviest.getLast().bytes - 1;
    long level = Math.max(others, heaviest.getFirst().bytes / 4 * 3);
    for (ChannelState state : heaviest) {
      if (state.bytes > level) {
        victims.add(new Victim(state.id, Math.min(level, state.bytes - state.bytes / PART)));
      }
    }
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
