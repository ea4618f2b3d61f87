package io.sluice.log;

/**
 * Makes room in a window that has a store behind it: its oldest segment goes, retained or not,
 * since the store has what is retained. So the window is always the newest part of the log, without
 * holes, and nothing is ever lost here.
 *
 * <p>Guarded by the log's lock.
 */
final class OldestFirstCleaner implements Cleaner {

  private final Segments segments;
  private final Keeper keeper;
  private long freedIndexBytes;

  OldestFirstCleaner(Segments segments, Keeper keeper) {
    this.segments = segments;
    this.keeper = keeper;
  }

  @Override
  public boolean cleanOne(long passed, double maxLiveRatio) {
    Segment[] all = segments.snapshot();
    Segment oldest = all[0];
    if (all.length == 1 || oldest.last() > passed) {
      return false;
    }
    for (int entry = 0; entry < oldest.count(); entry++) {
      Channel channel = oldest.channel(entry);
      long before = channel.indexBytes();
      keeper.left(channel, oldest, entry);
      freedIndexBytes += before - channel.indexBytes();
    }
    segments.replace(0, 1);
    return true;
  }

  @Override
  public long lost() {
    return 0;
  }

  @Override
  public long stamp() {
    return 0;
  }

  @Override
  public long takeFreedIndexBytes() {
    long freed = freedIndexBytes;
    freedIndexBytes = 0;
    return freed;
  }

  @Override
  public long copiedBytes() {
    return 0;
  }
}
