package io.sluice.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives up what isn't retained any more, in small steps beside the commits. What readers get is
 * exact before it comes by ({@link Retained}); it makes room.
 *
 * <p>Confined to the writer, but for {@link #rulesAreNew}.
 */
final class Sweeper {

  /** How many rows a step looks at while publishers wait, if they brought fewer than half of it. */
  private static final int ROWS_BESIDE_COMMIT = 16;

  /** How many while nobody waits: about a millisecond's. */
  private static final int ROWS_ALONE = 64;

  private final SurplusSweep surplus;
  private final ChannelPass pass;
  private final FileBudget budget;
  private final Shrinking shrinking;
  private final ExpiredKeys keys;
  private final Tally tally;
  private final List<Chore> chores = new ArrayList<>();
  private long evictedBefore;

  Sweeper(
      WriteSession session,
      ChannelStates states,
      Tally tally,
      SqliteOptions options,
      boolean rulesAreNew)
      throws SQLException {
    this.tally = tally;
    Dropping dropping = new Dropping(session, states, tally);
    Pages pages = new Pages(session);
    long maxPages = options.limits().maxTablePages();
    surplus = new SurplusSweep(dropping);
    pass = new ChannelPass(session, states, surplus, options.rules().toString(), rulesAreNew);
    budget = new FileBudget(session, states, dropping, pages, maxPages);
    shrinking = new Shrinking(session, pages, maxPages);
    keys = new ExpiredKeys(session);
    chores.add(surplus);
    chores.add(budget);
    chores.add(pass);
    for (Duration age : Retained.ages(options.rules())) {
      chores.add(new AgeSweep(session, states, dropping, age));
    }
    chores.add(keys);
    chores.add(new ForgottenChannels(session, states, tally, options.limits().emptyChannels()));
    chores.add(shrinking);
  }

  /** A channel has got more. */
  void offer(ChannelState state) {
    surplus.offer(state);
    budget.grown();
  }

  /** An idempotency key was remembered. */
  void keyAdded() {
    keys.added();
  }

  /** Whether there may be channels that haven't been looked at with these rules. Any thread. */
  boolean rulesAreNew() {
    return pass.rulesAreNew();
  }

  boolean hasWork(long nowMillis) {
    for (Chore chore : chores) {
      if (chore.isDue(nowMillis)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A step beside a commit: more than the commit brought, so that what has to go never grows.
   *
   * @param added how many rows the commit has
   */
  void stepBeside(int added, long nowMillis) throws SQLException {
    step(Math.max(ROWS_BESIDE_COMMIT, 2 * added), nowMillis);
  }

  /** A step while nobody waits; returns how many rows it looked at. */
  int stepAlone(long nowMillis) throws SQLException {
    return step(ROWS_ALONE, nowMillis);
  }

  private int step(int rows, long nowMillis) throws SQLException {
    int left = rows;
    for (Chore chore : chores) {
      int done = 1;
      while (left > 0 && done > 0 && chore.isDue(nowMillis)) {
        done = chore.step(left, nowMillis);
        left -= done;
      }
    }
    if (tally.evicted != evictedBefore) {
      evictedBefore = tally.evicted;
      shrinking.freed();
    }
    return rows - left;
  }

  void committed() {
    chores.forEach(Chore::committed);
  }

  void undone() {
    chores.forEach(Chore::undone);
  }
}
