package io.sluice.sqlite;

import java.sql.SQLException;
import java.sql.Statement;

/**
 * Gives free pages back to the disk: moves what lies at the file's end into them.
 *
 * <p>Confined to the writer.
 */
final class Shrinking implements Chore {

  // Some free pages are soon used again: giving them back costs, and taking them again does too.
  private static final long MIN_FREE_PAGES = 512;
  private static final int FREE_PART = 8;

  private final WriteSession session;
  private final Pages pages;
  private final long maxPages;
  private boolean due = true;

  /**
   * @param maxPages past this many, free pages go even if they are few; 0 for any number
   */
  Shrinking(WriteSession session, Pages pages, long maxPages) {
    this.session = session;
    this.pages = pages;
    this.maxPages = maxPages;
  }

  @Override
  public boolean isDue(long nowMillis) {
    return due;
  }

  /** Something was deleted. */
  void freed() {
    due = true;
  }

  @Override
  public int step(int rows, long nowMillis) throws SQLException {
    long free = pages.free();
    long all = pages.all();
    boolean many = free > MIN_FREE_PAGES && free > all / FREE_PART;
    boolean over = maxPages > 0 && all > maxPages && free > 0;
    if (!many && !over) {
      due = false;
      return 0;
    }
    try (Statement statement = session.connection().createStatement()) {
      statement.executeUpdate("PRAGMA incremental_vacuum(" + rows + ")");
    }
    return rows;
  }
}
