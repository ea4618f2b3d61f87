package io.sluice.sqlite;

import io.sluice.event.ChannelName;
import io.sluice.event.ChannelPattern;
import io.sluice.log.Selection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the channels that patterns match by the order of their names: what a pattern begins with
 * before its first star is a range of names, and what lies too deep in it is passed by.
 *
 * <p>For one moment of the log; one caller at a time.
 */
final class ChannelSearch {

  /** No name has a character past this: all are ASCII. */
  private static final String END = "\u007f";

  private final ReadSession session;

  ChannelSearch(ReadSession session) {
    this.session = session;
  }

  /** The channels that a selection gets; null if there are more, or if it takes too long. */
  @Nullable List<ChannelRow> find(Selection selection, int maxChannels, int maxVisits)
      throws SQLException {
    List<ChannelRow> found = new ArrayList<>();
    Set<Long> seen = new HashSet<>(); // patterns may overlap
    for (ChannelPattern pattern : selection.patterns()) {
      boolean whole =
          visit(
              pattern,
              maxVisits,
              row -> {
                if (!selection.excludes(row.name()) && seen.add(row.id())) {
                  found.add(row);
                }
                return found.size() <= maxChannels;
              });
      if (!whole) {
        return null;
      }
    }
    return found;
  }

  /** All channels that a pattern matches. */
  List<ChannelRow> all(ChannelPattern pattern) throws SQLException {
    List<ChannelRow> found = new ArrayList<>();
    visit(pattern, Integer.MAX_VALUE, found::add);
    return found;
  }

  /**
   * Visits the channels that a pattern matches.
   *
   * @param maxVisits how many rows to look at, matching or not
   * @param visitor gets each; false ends the search. It must not search itself
   * @return whether the search came to its end
   */
  boolean visit(ChannelPattern pattern, int maxVisits, Predicate<ChannelRow> visitor)
      throws SQLException {
    if (pattern.isExact()) {
      ChannelRow row = session.channel(pattern.toString());
      return row == null || visitor.test(row);
    }
    String text = pattern.toString();
    String prefix = text.substring(0, text.indexOf('*'));
    String from = prefix;
    String before = prefix.isEmpty() ? END : after(prefix);
    int visits = maxVisits;
    while (from != null) {
      String next = null;
      try (ResultSet rows = session.channels(from, before)) {
        while (next == null && rows.next()) {
          if (visits-- == 0) {
            return false;
          }
          ChannelRow row = ChannelRow.of(rows);
          if (!pattern.matches(row.name())) {
            next = tooDeep(pattern, row.name());
          } else if (!visitor.test(row)) {
            return false;
          }
        }
      }
      from = next;
    }
    return true;
  }

  /** Where to go on if a name has more segments than the pattern; null if it hasn't. */
  private static @Nullable String tooDeep(ChannelPattern pattern, String name) {
    if (pattern.isDeep()) {
      return null;
    }
    int end = -1;
    String text = pattern.toString();
    for (int at = 0; at <= text.length(); at = ChannelName.segmentEnd(text, at) + 1) {
      end = ChannelName.segmentEnd(name, end + 1);
      if (end == name.length()) {
        return null;
      }
    }
    return after(name.substring(0, end + 1));
  }

  /** The first name past all that begin with this, which ends with a slash. */
  private static String after(String prefix) {
    return prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
  }
}
