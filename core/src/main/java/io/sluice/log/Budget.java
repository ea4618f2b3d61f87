package io.sluice.log;

import java.util.List;

/**
 * The memory that the log may take: has room made when it is spent, and refuses what doesn't fit.
 *
 * <p>Guarded by the log's lock.
 */
final class Budget {

  /** The share of the budget that channels may retain; the rest keeps cleaning cheap. */
  private static final double LIVE_SHARE = 0.8;

  /** The share of the budget at which appends are refused because readers hold cleaning up. */
  private static final double REFUSED_SHARE = 1.5;

  private static final double HALF_EMPTY = 0.5;

  private final long bytes;
  private final Contents contents;
  private final Channels channels;
  private final Cleaner cleaner;

  Budget(long bytes, Contents contents) {
    this.bytes = bytes;
    this.contents = contents;
    this.channels = contents.channels();
    this.cleaner = contents.cleaner();
  }

  /**
   * Refuses events that are too many at once.
   *
   * @throws LogFullException if they are
   */
  void check(List<Draft> drafts) {
    long needed = 0;
    for (int i = 0; i < drafts.size(); i++) {
      needed += drafts.get(i).maxFrameBytes();
    }
    long limit = bytes / 2;
    if (needed > limit) {
      throw new LogFullException(
          LogFullException.Reason.TOO_LARGE,
          "the events need " + needed + " bytes at once; half the hub's memory is " + limit);
    }
  }

  /** Whether so much more is held than may be that nothing can be added. */
  boolean isOverrun() {
    return contents.footprint() > bytes * REFUSED_SHARE;
  }

  /**
   * Makes room, if more is held than may be.
   *
   * @param passed every reader is past this sequence; what lies after it stays
   * @param head the newest sequence
   */
  void clean(long passed, long head) {
    while (contents.footprint() > bytes) {
      if (!cleaner.cleanOne(passed, HALF_EMPTY)
          && !channels.forget(head)
          && !cleaner.cleanOne(passed, 1)) {
        return;
      }
      channels.freed(cleaner.takeFreedIndexBytes());
    }
  }

  /** Has what channels retain given up, heaviest first, until it leaves room for cleaning. */
  void shrink() {
    contents.keeper().shrinkTo((long) (bytes * LIVE_SHARE), channels.liveFootprint());
  }
}
