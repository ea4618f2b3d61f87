package io.sluice.sqlite;

import java.sql.SQLException;

/**
 * Something that the writer does in small steps, inside its transactions, that nobody waits for.
 *
 * <p>Confined to the writer.
 */
interface Chore {

  /** Whether there may be something to do. Costs next to nothing. */
  boolean isDue(long nowMillis);

  /**
   * Does a part of it.
   *
   * @param rows how many rows to look at, at most
   * @return how many it looked at; 0 if nothing was to be done
   */
  int step(int rows, long nowMillis) throws SQLException;

  /** What it did is committed. */
  default void committed() {}

  /** What it did since the last commit is undone. */
  default void undone() {}
}
