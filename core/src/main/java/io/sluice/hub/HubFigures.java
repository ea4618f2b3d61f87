package io.sluice.hub;

import io.sluice.log.Log;
import io.sluice.log.LogFigures;
import java.util.List;
import java.util.Map;

/**
 * Figures of the hub at one moment.
 *
 * @param streams open streams
 * @param opened streams opened since the start
 * @param closed streams ended since the start, by reason
 * @param published events appended since the start
 * @param delivered events that streams took
 * @param bytes bytes that streams took
 * @param replayed events delivered from before their stream was opened
 * @param resumes streams that began from an id
 * @param gaps gaps told
 * @param heartbeats heartbeats sent
 * @param roundCounts rounds of fan-out by how long after the append of their oldest event they were
 *     over, in the classes that {@link #ROUND_BOUNDS} bound, and one above
 * @param roundMillisSum the sum of these times, in milliseconds
 * @param maxLag how many sequence numbers the stream furthest behind was from the head when its
 *     loop last looked
 * @param compression what was compressed
 * @param log figures of the log
 */
@SuppressWarnings("ArrayRecordComponent") // made for one reader, who gets it fresh
public record HubFigures(
    int streams,
    long opened,
    Map<CloseReason, Long> closed,
    long published,
    long delivered,
    long bytes,
    long replayed,
    long resumes,
    long gaps,
    long heartbeats,
    long[] roundCounts,
    long roundMillisSum,
    long maxLag,
    CompressionFigures compression,
    LogFigures log) {

  /** Upper bounds, in milliseconds, of the classes of {@link #roundCounts}. */
  static final long[] ROUND_BOUNDS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

  /** Any thread. */
  static HubFigures of(
      Streams streams, List<FanOut> fanOuts, long published, Compressor compressor, Log log) {
    long delivered = 0;
    long bytes = 0;
    long replayed = 0;
    long gaps = 0;
    long heartbeats = 0;
    long roundMillisSum = 0;
    long furthest = Long.MAX_VALUE;
    long[] rounds = new long[ROUND_BOUNDS.length + 1];
    for (FanOut fanOut : fanOuts) {
      delivered += fanOut.figures.delivered();
      bytes += fanOut.figures.bytes();
      replayed += fanOut.figures.replayed();
      gaps += fanOut.figures.gaps();
      heartbeats += fanOut.figures.heartbeats();
      roundMillisSum += fanOut.figures.roundMillisSum();
      fanOut.figures.addRoundsTo(rounds);
      furthest = Math.min(furthest, fanOut.figures.furthest());
    }
    return new HubFigures(
        streams.size(),
        streams.opened(),
        streams.closedByReason(),
        published,
        delivered,
        bytes,
        replayed,
        streams.resumes(),
        gaps,
        heartbeats,
        rounds,
        roundMillisSum,
        Math.max(0, log.newest() - furthest),
        compressor.figures(),
        log.figures());
  }

  /** A copy of the upper bounds of {@link #roundCounts}, in milliseconds. */
  public static long[] roundBounds() {
    return ROUND_BOUNDS.clone();
  }
}
