package io.sluice.hub;

import io.sluice.log.LogFigures;
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
    LogFigures log) {

  /** Upper bounds, in milliseconds, of the classes of {@link #roundCounts}. */
  static final long[] ROUND_BOUNDS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

  /** A copy of the upper bounds of {@link #roundCounts}, in milliseconds. */
  public static long[] roundBounds() {
    return ROUND_BOUNDS.clone();
  }
}
