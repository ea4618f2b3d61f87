package io.sluice.sqlite;

import java.sql.SQLException;

/**
 * How many pages the file has.
 *
 * <p>Confined to the writer.
 */
final class Pages {

  private final Prepared all;
  private final Prepared free;

  Pages(WriteSession session) throws SQLException {
    all = session.prepare("PRAGMA page_count");
    free = session.prepare("PRAGMA freelist_count");
  }

  long all() throws SQLException {
    return all.number(0);
  }

  long free() throws SQLException {
    return free.number(0);
  }

  long used() throws SQLException {
    return all() - free();
  }
}
