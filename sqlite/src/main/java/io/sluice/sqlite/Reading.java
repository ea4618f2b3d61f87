package io.sluice.sqlite;

import io.sluice.log.Framing;
import io.sluice.log.Loss;
import io.sluice.log.Lost;
import io.sluice.log.Piece;
import io.sluice.log.Replay;
import io.sluice.log.Stretch;
import io.sluice.wire.FrameData;
import io.sluice.wire.FrameEncoder;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stretch of the log in one piece.
 *
 * <p>For one moment of the log; used once.
 */
final class Reading {

  private static final int MAX_EVENTS = 8192;

  // With fewer events than this to each channel that matches, a scan costs no more than a merge.
  private static final int EVENTS_PER_CHANNEL = 16;
  private static final int MAX_CHANNELS = 1000;

  // To find the channels may cost as many looks as the scan would.
  private static final int MIN_VISITS = 64;
  private static final int MAX_VISITS = MAX_CHANNELS * EVENTS_PER_CHANNEL;

  private final ReadSession session;
  private final Retained retained;
  private final Framing framing;
  private final Stretch stretch;

  Reading(ReadSession session, Retained retained, Framing framing, Stretch stretch) {
    this.session = session;
    this.retained = retained;
    this.framing = framing;
    this.stretch = stretch;
  }

  /** Reads it, and finds what is lost in it. */
  Piece read() throws SQLException {
    List<ChannelRow> few = few();
    Gone gone = new Gone(session, retained, stretch);
    Loss loss = few == null ? gone.lookAround() : gone.lookAt(few);
    Lost lost = loss == null ? null : new Lost(loss, gone.lost());
    try (Feed feed = feed(few)) {
      return piece(feed, lost);
    }
  }

  private @Nullable List<ChannelRow> few() throws SQLException {
    long distance = stretch.upTo() - stretch.after();
    int channels = Math.clamp(distance / EVENTS_PER_CHANNEL, 1, MAX_CHANNELS);
    int visits = Math.clamp(distance, MIN_VISITS, MAX_VISITS);
    return new ChannelSearch(session).find(stretch.selection(), channels, visits);
  }

  private Feed feed(@Nullable List<ChannelRow> few) throws SQLException {
    if (few == null) {
      return new ScanFeed(session, stretch.selection(), stretch.after(), stretch.upTo());
    }
    return few.size() == 1
        ? new ChannelFeed(session, few.getFirst(), stretch.after(), stretch.upTo())
        : new LaneFeed(session, few, stretch.after(), stretch.upTo());
  }

  private Piece piece(Feed feed, @Nullable Lost lost) throws SQLException {
    Piece.Builder builder = new Piece.Builder(framing);
    int visits = 0;
    for (ChunkReader row = feed.next(); row != null; row = feed.next()) {
      long sequence = row.sequence();
      int bytes = FrameEncoder.MAX_HEAD_BYTES + row.bodyLength();
      if (visits++ == MAX_EVENTS
          || (builder.count() > 0 && builder.bytes() + bytes > stretch.maxBytes())) {
        return builder.build(sequence - 1, lost);
      }
      String type = FrameData.type(row.data(), row.bodyFrom());
      if (stretch.selection().accepts(type)) {
        String channel = feed.channel(row);
        if (admits(channel, sequence)) {
          long time = row.head().timeMillis();
          builder.add(
              new Piece.Heading(sequence, time, channel, type, row.key()),
              row.data(),
              row.bodyFrom(),
              row.bodyLength());
        }
      }
    }
    return builder.build(feed.reached(), lost);
  }

  private boolean admits(String channel, long sequence) {
    Replay replay = stretch.replay();
    if (replay == null || sequence > replay.until()) {
      return true;
    }
    Long floor = replay.floors().get(channel);
    return (floor == null || sequence > floor) && !retained.retention(channel).isTransient();
  }
}
