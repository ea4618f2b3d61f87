package io.sluice.sqlite;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Beginning;
import io.sluice.log.Framing;
import io.sluice.log.Loss;
import io.sluice.log.Piece;
import io.sluice.log.Replay;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.log.Stretch;
import io.sluice.wire.FrameData;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds where readers begin, and what they can't have.
 *
 * <p>For one moment of the log; used once.
 */
final class Beginnings {

  // The first event of a type that is rare may be far: then a reader begins before it, and
  // passes over what it doesn't want by itself.
  private static final int MAX_LOOKS = 16;

  private final ReadSession session;
  private final Retained retained;
  private final Framing framing;
  private final Selection selection;
  private final long until;

  Beginnings(
      ReadSession session, Retained retained, Framing framing, Selection selection, long until) {
    this.session = session;
    this.retained = retained;
    this.framing = framing;
    this.selection = selection;
    this.until = until;
  }

  Start begin(Beginning beginning) throws SQLException {
    return switch (beginning) {
      case Beginning.After after -> after(Math.min(after.position(), until));
      case Beginning.Earliest earliest -> first(0);
      case Beginning.At at -> first(Math.min(until, before(at)));
      case Beginning.Last last -> last(last.count());
    };
  }

  private long before(Beginning.At at) throws SQLException {
    return retained.sequenceBefore(at.time().toEpochMilli());
  }

  private Start after(long position) throws SQLException {
    GivenUp givenUp = new GivenUp(session, retained, selection, position, until);
    Loss loss = givenUp.find();
    return new Start(position, new Replay(until, givenUp.floors()), loss, 0);
  }

  private Start first(long from) throws SQLException {
    GivenUp givenUp = new GivenUp(session, retained, selection, from, until);
    givenUp.find();
    Replay replay = new Replay(until, givenUp.floors());
    long position = from;
    for (int i = 0; i < MAX_LOOKS && position < until; i++) {
      Stretch one = new Stretch(selection, position, until, replay, Map.of(), 1);
      Piece piece = new Reading(session, retained, framing, one).read();
      if (piece.count() > 0) {
        return new Start(piece.entries().sequence(0) - 1, replay, null, 0);
      }
      position = Math.max(position, piece.reached());
    }
    return new Start(position, replay, null, 0);
  }

  private Start last(int count) throws SQLException {
    Map<String, Long> floors = new HashMap<>();
    ChannelSearch search = new ChannelSearch(session);
    for (ChannelPattern pattern : selection.patterns()) {
      List<ChannelRow> channels = search.all(pattern);
      for (ChannelRow channel : channels) {
        if (!selection.excludes(channel.name()) && !floors.containsKey(channel.name())) {
          floors.put(channel.name(), beforeLast(channel, count));
        }
      }
    }
    long position = until;
    for (long floor : floors.values()) {
      position = Math.min(position, floor);
    }
    return new Start(position, new Replay(until, floors), null, 0);
  }

  /** The sequence before the oldest of the newest events that are wanted. */
  private long beforeLast(ChannelRow channel, int count) throws SQLException {
    long floor = Math.min(until, retained.floor(channel));
    long first = until + 1;
    int wanted = count;
    long upTo = until;
    while (wanted > 0 && upTo > floor) {
      @Nullable ChunkReader row = session.chunkUpTo(channel.id(), upTo);
      if (row == null || row.head().last() <= floor) {
        break;
      }
      long[] sequences = accepted(row, floor);
      if (sequences.length > 0) {
        first = sequences[Math.max(0, sequences.length - wanted)];
        wanted -= sequences.length;
      }
      upTo = row.head().first() - 1;
    }
    return first - 1;
  }

  private long[] accepted(ChunkReader row, long floor) {
    long[] sequences = new long[row.head().events()];
    int n = 0;
    for (boolean more = row.nextAfter(floor); more && row.sequence() <= until; more = row.next()) {
      if (selection.accepts(FrameData.type(row.data(), row.bodyFrom()))) {
        sequences[n++] = row.sequence();
      }
    }
    return Arrays.copyOf(sequences, n);
  }
}
