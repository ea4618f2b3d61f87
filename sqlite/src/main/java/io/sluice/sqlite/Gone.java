package io.sluice.sqlite;

import io.sluice.log.Loss;
import io.sluice.log.Retention;
import io.sluice.log.Selection;
import io.sluice.log.Stretch;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds events whose bytes are gone and that a reader should have had, and doesn't know of.
 *
 * <p>For one moment of the log; used once.
 */
final class Gone {

  /** Channels that were forgotten are known to readers by this name, which no channel has. */
  static final String FORGOTTEN = "";

  /** Past this many channels it isn't counted how much is missed. */
  static final int MAX_CHANNELS = 10_000;

  private final ReadSession session;
  private final Retained retained;
  private final Stretch stretch;

  private final Map<String, Long> lost = new HashMap<>();
  private long upTo;
  private long missed;
  private boolean disconnect;

  Gone(ReadSession session, Retained retained, Stretch stretch) {
    this.session = session;
    this.retained = retained;
    this.stretch = stretch;
  }

  /** By channel, up to where its loss goes. */
  Map<String, Long> lost() {
    return lost;
  }

  /** Looks at the channels that the selection matches. */
  @Nullable Loss lookAt(List<ChannelRow> channels) throws SQLException {
    for (ChannelRow channel : channels) {
      add(channel);
    }
    Selection selection = stretch.selection();
    boolean allAreThere =
        selection.patterns().stream().allMatch(pattern -> pattern.isExact())
            && channels.size() >= selection.patterns().size();
    return found(!allAreThere);
  }

  /** Looks at all channels that have lost something lately. */
  @Nullable Loss lookAround() throws SQLException {
    try (ResultSet rows = session.channelsLostAfter(stretch.after())) {
      while (rows.next() && lost.size() < MAX_CHANNELS) {
        ChannelRow channel = ChannelRow.of(rows);
        if (stretch.selection().matches(channel.name())) {
          add(channel);
        }
      }
    }
    if (lost.size() == MAX_CHANNELS) {
      missed = Loss.UNKNOWN; // the others are told with the next piece
    }
    return found(true);
  }

  private void add(ChannelRow channel) {
    long known = stretch.knownUpTo(channel.name());
    Retention retention = retained.retention(channel.name());
    if (channel.lost() <= known || retention.isTransient()) {
      return;
    }
    lost.put(channel.name(), channel.lost());
    upTo = Math.max(upTo, channel.lost());
    long more = missed(channel, known);
    missed = missed == Loss.UNKNOWN || more == Loss.UNKNOWN ? Loss.UNKNOWN : missed + more;
    disconnect |= retention.behind() == Retention.Behind.DISCONNECT;
  }

  /** How many events of a channel after a sequence have lost their bytes. */
  static long missed(ChannelRow channel, long after) {
    if (channel.lost() <= after) {
      return 0;
    }
    return after >= channel.denseFrom() - 1 ? channel.lost() - after : Loss.UNKNOWN;
  }

  private @Nullable Loss found(boolean forgottenOnesToo) throws SQLException {
    long forgotten = forgottenOnesToo ? session.head().forgotten() : 0;
    if (forgotten > stretch.knownUpTo(FORGOTTEN)) {
      // A channel that is there took over what was forgotten before it; one that isn't, and a
      // pattern, may have had losses that nobody remembers.
      lost.put(FORGOTTEN, forgotten);
      upTo = Math.max(upTo, forgotten);
      missed = Loss.UNKNOWN;
    }
    return upTo == 0 ? null : new Loss(0, upTo, missed, disconnect);
  }
}
