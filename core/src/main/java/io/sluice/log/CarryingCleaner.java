package io.sluice.log;

/**
 * Makes room in a log that has nothing behind it: bytes that no channel retains are given back,
 * emptiest segment first.
 *
 * <p>A segment is cleaned by copying what is still retained into a smaller one that takes its
 * place. So a channel with all the traffic never costs a quiet channel its one event, and what is
 * kept stays where it was in the order of the log.
 *
 * <p>Guarded by the log's lock.
 */
final class CarryingCleaner implements Cleaner {

  // A segment that is fuller than this isn't worth the copying.
  private static final double WORTHLESS = 0.95;

  private final Segments segments;
  private long lost;
  private long stamp;
  private long copiedBytes;
  private long freedIndexBytes;

  CarryingCleaner(Segments segments) {
    this.segments = segments;
  }

  @Override
  public boolean cleanOne(long passed, double maxLiveRatio) {
    Segment[] all = segments.snapshot();
    int emptiest = -1;
    double least = Math.min(maxLiveRatio, WORTHLESS);
    for (int i = 0; i < all.length - 1 && all[i].last() <= passed; i++) {
      double ratio = (double) all[i].liveBytes / all[i].bytes.length;
      if (ratio < least) {
        least = ratio;
        emptiest = i;
      }
    }
    if (emptiest < 0) {
      return false;
    }
    rewriteWithFragments(all, emptiest, passed);
    return true;
  }

  // What cleaning left of the neighbours is taken along. Otherwise events that are kept here and
  // there would each have a segment of their own in the end, and that costs far more than they do.
  private void rewriteWithFragments(Segment[] all, int cleaned, long passed) {
    long most = segments.capacity() / 2;
    long kept = all[cleaned].liveBytes;
    int from = cleaned;
    while (from > 0 && kept + all[from - 1].bytes.length <= most) {
      from--;
      kept += all[from].bytes.length;
    }
    int to = cleaned + 1;
    while (to < all.length - 1 && all[to].last() <= passed && kept + all[to].bytes.length <= most) {
      kept += all[to].bytes.length;
      to++;
    }
    rewrite(all, from, to);
  }

  private void rewrite(Segment[] all, int from, int to) {
    stamp++;
    int keptEntries = 0;
    int keptBytes = 0;
    for (int i = from; i < to; i++) {
      Segment segment = all[i];
      for (int entry = 0; entry < segment.count(); entry++) {
        Channel channel = segment.channel(entry);
        if (channel.retains(segment.sequence(entry))) {
          keptEntries++;
          keptBytes += segment.length(entry);
        } else {
          drop(channel, segment.sequence(entry), all[from].first);
        }
      }
    }
    copiedBytes += keptBytes;
    if (keptEntries == 0) {
      segments.replace(from, to);
    } else {
      segments.replace(from, to, copy(all, from, to, keptEntries, keptBytes));
    }
  }

  private void drop(Channel channel, long sequence, long goneFrom) {
    long before = channel.indexBytes();
    channel.dropThrough(sequence, goneFrom, stamp);
    freedIndexBytes += before - channel.indexBytes();
    if (channel.lost > lost) {
      lost = channel.lost;
    }
    ChannelTree.raise(channel);
  }

  private static Segment copy(Segment[] all, int from, int to, int entries, int bytes) {
    long[] sequences = new long[entries];
    int n = 0;
    for (int i = from; i < to; i++) {
      for (int entry = 0; entry < all[i].count(); entry++) {
        if (all[i].channel(entry).retains(all[i].sequence(entry))) {
          sequences[n++] = all[i].sequence(entry);
        }
      }
    }
    Segment copy = Segment.cleaned(sequences, bytes);
    int at = from;
    for (long sequence : sequences) {
      while (all[at].last() < sequence) {
        at++;
      }
      copy.addCopy(all[at], all[at].entryAfter(sequence - 1));
    }
    copy.liveBytes = bytes;
    return copy;
  }

  @Override
  public long lost() {
    return lost;
  }

  @Override
  public long stamp() {
    return stamp;
  }

  @Override
  public long takeFreedIndexBytes() {
    long freed = freedIndexBytes;
    freedIndexBytes = 0;
    return freed;
  }

  @Override
  public long copiedBytes() {
    return copiedBytes;
  }
}
