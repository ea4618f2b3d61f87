package io.sluice.sqlite;

import io.sluice.log.Selection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the rows of all channels. Costs what lies between, so it serves who wants most of
 * it.
 */
final class ScanFeed implements Feed {

  private static final int MAX_ROWS = 4096;

  private final ReadSession session;
  private final Selection selection;
  private final long after;
  private final ResultSet rows;
  private final Map<Long, Boolean> matches = new HashMap<>();

  // Those of a block overlap: they are open together.
  private final PriorityQueue<ChunkReader> open =
      new PriorityQueue<>(Comparator.comparingLong(ChunkReader::sequence));
  private @Nullable ChunkReader current;
  private boolean more;
  private int visited;
  private long end;

  ScanFeed(ReadSession session, Selection selection, long after, long upTo) throws SQLException {
    this.session = session;
    this.selection = selection;
    this.after = after;
    this.end = upTo;
    rows = session.chunks(session.blockStart(after), upTo);
    more = rows.next();
  }

  @Override
  public @Nullable ChunkReader next() throws SQLException {
    if (current != null && current.next()) {
      open.add(current);
    }
    current = null;
    while (more && (open.isEmpty() || rows.getLong(1) < open.element().sequence())) {
      if (visited++ == MAX_ROWS) {
        // What begins here is left for the next time.
        end = Math.min(end, Math.max(after, rows.getLong(1) - 1));
        more = false;
      } else {
        open();
        more = rows.next();
      }
    }
    ChunkReader next = open.poll();
    if (next == null || next.sequence() > end) {
      return null;
    }
    current = next;
    return next;
  }

  private void open() throws SQLException {
    // The columns of a row that isn't wanted aren't read: its data may lie on many pages.
    if (rows.getLong(3) > after && matches(rows.getLong(2))) {
      ChunkReader row = new ChunkReader(ChunkRows.whole(rows), rows.getBytes(7));
      if (row.nextAfter(after)) {
        open.add(row);
      }
    }
  }

  private boolean matches(long channel) throws SQLException {
    Boolean known = matches.get(channel);
    if (known == null) {
      known = selection.matches(session.name(channel));
      matches.put(channel, known);
    }
    return known;
  }

  @Override
  public long reached() {
    return end;
  }

  @Override
  public String channel(ChunkReader row) throws SQLException {
    return session.name(row.head().channel());
  }

  @Override
  public void close() throws SQLException {
    rows.close();
  }
}
