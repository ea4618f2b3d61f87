package io.sluice.log;

/**
 * Figures of the log at one moment.
 *
 * <p>Immutable.
 *
 * @param newest sequence of the newest event
 * @param retainedEvents events that a resume reaches
 * @param retainedBytes bytes of their frames
 * @param memoryBytes heap that frames, indexes and channels hold, near enough
 * @param channels channels that the log knows
 * @param segments segments of the log
 * @param evicted events that retention has given up
 * @param cleanedSegments how many times segments were cleaned
 * @param copiedBytes bytes of frames that cleaning has carried over
 */
public record LogFigures(
    long newest,
    long retainedEvents,
    long retainedBytes,
    long memoryBytes,
    int channels,
    int segments,
    long evicted,
    long cleanedSegments,
    long copiedBytes) {
  /** The same with what a store retains, where there is one. */
  LogFigures with(StoreFigures stored) {
    return new LogFigures(
        newest,
        stored.retainedEvents(),
        stored.retainedBytes(),
        memoryBytes,
        Math.toIntExact(Math.min(Integer.MAX_VALUE, stored.channels())),
        segments,
        stored.evicted(),
        cleanedSegments,
        copiedBytes);
  }
}
