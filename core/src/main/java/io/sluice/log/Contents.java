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

  /** Nothing yet. */
  static Contents empty(long memoryBytes, RetentionRules rules) {
    long size = Long.highestOneBit(memoryBytes / SEGMENTS_IN_BUDGET);
    Segments segments = new Segments(Math.clamp(size, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES));
    Channels channels = new Channels(rules);
    Keeper keeper = new Keeper(segments, channels.weights());
    return new Contents(segments, channels, keeper, new Cleaner(segments));
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
