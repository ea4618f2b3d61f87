package io.sluice.sqlite;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Loss;
import io.sluice.log.Retention;
import io.sluice.log.Selection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what retention has given up after a position: up to where, in each channel, and how much.
 *
 * <p>Few channels are all looked at. Of many, only those that can have given up something: their
 * rows say so, or the sweeper hasn't come by yet at events that are too old.
 *
 * <p>For one moment of the log; used once.
 */
final class GivenUp {

  private static final int FEW_CHANNELS = 256;
  private static final int FEW_VISITS = 4096;

  // With more rows than this that the sweeper hasn't come by, each channel is asked instead.
  private static final int MAX_UNSWEPT = 20_000;

  private final ReadSession session;
  private final Retained retained;
  private final Selection selection;
  private final long position;
  private final long until;

  private final Map<String, Long> floors = new HashMap<>();
  private long upTo;
  private long missed;
  private boolean disconnect;
  private boolean tooMany;

  GivenUp(ReadSession session, Retained retained, Selection selection, long position, long until) {
    this.session = session;
    this.retained = retained;
    this.selection = selection;
    this.position = position;
    this.until = until;
  }

  /** By channel, the sequence up to which it has given up everything. */
  Map<String, Long> floors() {
    return floors;
  }

  /** Finds it; null if it is nothing. */
  @Nullable Loss find() throws SQLException {
    for (ChannelRow channel : candidates()) {
      add(channel);
      if (tooMany) {
        break;
      }
    }
    addForgotten();
    if (tooMany) {
      missed = Loss.UNKNOWN;
    }
    return upTo == 0 ? null : new Loss(0, upTo, missed, disconnect);
  }

  private List<ChannelRow> candidates() throws SQLException {
    ChannelSearch search = new ChannelSearch(session);
    List<ChannelRow> few = search.find(selection, FEW_CHANNELS, FEW_VISITS);
    if (few != null) {
      return few;
    }
    Set<Long> unswept = new HashSet<>();
    if (retained.rulesAreNew() || !findUnswept(unswept)) {
      List<ChannelRow> all = search.find(selection, Integer.MAX_VALUE, Integer.MAX_VALUE);
      return all == null ? List.of() : all;
    }
    Map<Long, ChannelRow> some = new HashMap<>();
    collect(session.channelsLostAfter(position), some);
    collect(session.channelsFull(), some);
    for (long id : unswept) {
      ChannelRow channel = some.containsKey(id) ? null : session.channel(id);
      if (channel != null && selection.matches(channel.name())) {
        some.put(id, channel);
      }
    }
    return new ArrayList<>(some.values());
  }

  private void collect(ResultSet rows, Map<Long, ChannelRow> into) throws SQLException {
    try (rows) {
      while (rows.next()) {
        ChannelRow channel = ChannelRow.of(rows);
        if (selection.matches(channel.name())) {
          into.put(channel.id(), channel);
        }
      }
    }
  }

  private boolean findUnswept(Set<Long> channels) throws SQLException {
    for (Duration age : retained.ages()) {
      int rows = 0;
      try (ResultSet row =
          session.channelsBetween(
              session.agePosition(age.toMillis()), retained.aged(age), MAX_UNSWEPT)) {
        while (row.next()) {
          channels.add(row.getLong(1));
          rows++;
        }
      }
      if (rows == MAX_UNSWEPT) {
        return false;
      }
    }
    return true;
  }

  private void add(ChannelRow channel) throws SQLException {
    long floor = Math.min(until, retained.floor(channel));
    if (floor <= position) {
      return;
    }
    floors.put(channel.name(), floor);
    tooMany = floors.size() >= Gone.MAX_CHANNELS;
    Retention retention = retained.retention(channel.name());
    if (retention.isTransient()) {
      return; // never a gap
    }
    upTo = Math.max(upTo, floor);
    disconnect |= retention.behind() == Retention.Behind.DISCONNECT;
    if (missed != Loss.UNKNOWN) {
      long gone = Gone.missed(channel, position);
      missed =
          gone == Loss.UNKNOWN
              ? gone
              : missed
                  + gone
                  + retained.count(channel.id(), Math.max(position, channel.lost()), floor);
    }
  }

  private void addForgotten() throws SQLException {
    long forgotten = Math.min(until, session.head().forgotten());
    if (forgotten <= position) {
      return;
    }
    for (ChannelPattern pattern : selection.patterns()) {
      // A channel that is there took over what was forgotten before it; one that isn't, and a
      // pattern, may have had losses that nobody remembers.
      String name = pattern.toString();
      boolean known =
          pattern.isExact()
              && (retained.retention(name).isTransient() || session.channel(name) != null);
      if (!known) {
        floors.put(Gone.FORGOTTEN, forgotten);
        upTo = Math.max(upTo, forgotten);
        missed = Loss.UNKNOWN;
      }
    }
  }
}
