package io.sluice.log;

/**
 * What a log in memory holds, and who decides what stays of it.
 *
 * <p>Guarded by the log's lock, but for what {@link Segments} has for everybody.
 */
record Contents(Segments segments, Channels channels, Keeper keeper, Cleaner cleaner) {

  // Why these: a segment is what cleaning frees in one go, so there should be hundreds of them in
  // the budget, but not so many that a search through them takes long.
  private static final int SEGMENTS_IN_BUDGET = 1024;
  private static final int MIN_SEGMENT_BYTES = 16 << 10;
  private static final int MAX_SEGMENT_BYTES = 4 << 20;

  /** Nothing yet, and nothing behind it. */
  static Contents alone(long memoryBytes, RetentionRules rules) {
    Segments segments = new Segments(segmentBytes(memoryBytes), 1);
    Channels channels = new Channels(rules);
    Keeper keeper = new Keeper(segments, channels.weights());
    return new Contents(segments, channels, keeper, new CarryingCleaner(segments));
  }

  /** Nothing yet of a window on a log that goes on after a sequence. */
  static Contents window(long memoryBytes, RetentionRules rules, long after) {
    Segments segments = new Segments(segmentBytes(memoryBytes), after + 1);
    Channels channels = new Channels(rules);
    Keeper keeper = new Keeper(segments, channels.weights());
    return new Contents(segments, channels, keeper, new OldestFirstCleaner(segments, keeper));
  }

  private static int segmentBytes(long memoryBytes) {
    long size = Long.highestOneBit(memoryBytes / SEGMENTS_IN_BUDGET);
    return Math.clamp(size, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
  }

  /** The heap that all of it holds, near enough. */
  long footprint() {
    return segments.footprint() + channels.footprint();
  }

  LogFigures figures(long head) {
    return new LogFigures(
        head,
        keeper.retainedEvents(),
        keeper.retainedBytes(),
        footprint(),
        channels.count(),
        segments.snapshot().length,
        keeper.evicted(),
        cleaner.stamp(),
        cleaner.copiedBytes());
  }
}
