package io.sluice.log;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Publication;
import io.sluice.wire.FrameEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The log in memory: the hot window that every hub reads from.
 *
 * <p>Thread-safe. Appending, choosing where to begin and finding what a selection matches take the
 * lock for a bounded time; reading on from a position doesn't.
 */
public final class MemoryLog implements Log {

  // Why these: a segment is what cleaning frees in one go, so there should be hundreds of them in
  // the budget, but not so many that a search through them takes long.
  private static final int SEGMENTS_IN_BUDGET = 1024;
  private static final int MIN_SEGMENT_BYTES = 16 << 10;
  private static final int MAX_SEGMENT_BYTES = 4 << 20;

  /** The share of the budget that channels may retain; the rest keeps cleaning cheap. */
  private static final double LIVE_SHARE = 0.8;

  /** The share of the budget at which appends are refused because readers hold cleaning up. */
  private static final double REFUSED_SHARE = 1.5;

  private static final double HALF_EMPTY = 0.5;
  private static final int MAX_SHARED_TYPES = 1000;

  /** How many channels may be looked at for somebody who only asks, while publishers wait. */
  private static final int MAX_NODES = 50_000;

  private static final int FORGET_STEP = 256;
  private static final int EXPIRE_STEP = 4096;

  /**
   * How the log is set up.
   *
   * @param epoch names this life of the log
   * @param memoryBytes the budget for frames, indexes and channels together
   * @param rules how far back resumes reach
   * @param timeLines whether frames carry a {@code time:} line
   * @param clock gives events their times
   */
  public record Options(
      String epoch,
      long memoryBytes,
      RetentionRules rules,
      boolean timeLines,
      InstantSource clock) {

    /** The smallest budget: below it there aren't enough segments to clean. */
    public static final long MIN_MEMORY_BYTES = 1 << 20;

    public Options {
      if (memoryBytes < MIN_MEMORY_BYTES) {
        throw new IllegalArgumentException(
            "memory must be at least " + MIN_MEMORY_BYTES + " bytes: " + memoryBytes);
      }
    }
  }

  /** Figures of the log at one moment. */
  public record Figures(
      long newest,
      long retainedEvents,
      long retainedBytes,
      long memoryBytes,
      int channels,
      int segments,
      long evicted,
      long cleanedSegments,
      long copiedBytes) {}

  /**
   * What is known of one channel.
   *
   * @param oldest sequence of the oldest event retained, 0 if there is none
   * @param newest sequence of the newest event retained, 0 if there is none
   */
  public record ChannelFigures(
      String channel, int retained, long bytes, long oldest, long newest, long evictedThrough) {}

  private final Options options;
  private final byte[] epoch;
  private final ReentrantLock lock = new ReentrantLock();
  private final CopyOnWriteArrayList<LogReader> readers = new CopyOnWriteArrayList<>();

  // Guarded by the lock; segments may be read without it up to the head.
  private final Segments segments;
  private final ChannelTree tree = new ChannelTree();
  private final Weights weights = new Weights();
  private final Map<String, String> types = new HashMap<>();
  private final Keeper keeper;
  private final Cleaner cleaner;
  private long indexBytes;
  private int openChannels;
  private long forgottenFloor;
  private long forgottenLost;
  private long forgottenStamp;
  private long lastTime;
  private boolean closed;

  // Written under the lock, after everything that it makes visible.
  private volatile long head;

  /** Opens an empty log. */
  public MemoryLog(Options options) {
    this.options = options;
    this.epoch = options.epoch().getBytes(StandardCharsets.US_ASCII);
    long size = Long.highestOneBit(options.memoryBytes() / SEGMENTS_IN_BUDGET);
    this.segments = new Segments(Math.clamp(size, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES));
    this.keeper = new Keeper(segments, weights);
    this.cleaner = new Cleaner(segments);
  }

  @Override
  public String epoch() {
    return options.epoch();
  }

  @Override
  public long newest() {
    return head;
  }

  @Override
  public long oldest() {
    long upTo = head;
    Segment first = segments.snapshot()[0];
    return Math.min(first.first, upTo + 1);
  }

  @Override
  public long append(List<Draft> drafts) {
    lock.lock();
    try {
      checkRoom(drafts);
      lastTime = Math.max(lastTime, options.clock().millis());
      long sequence = head;
      long first = sequence + 1;
      for (int i = 0; i < drafts.size(); i++) {
        append(++sequence, drafts.get(i));
      }
      head = sequence;
      keeper.shrinkTo((long) (options.memoryBytes() * LIVE_SHARE), liveChannelBytes());
      return first;
    } finally {
      lock.unlock();
    }
  }

  private void checkRoom(List<Draft> drafts) {
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
    long needed = 0;
    for (int i = 0; i < drafts.size(); i++) {
      needed += drafts.get(i).maxFrameBytes();
    }
    long limit = options.memoryBytes() / 2;
    if (needed > limit) {
      throw new LogFullException(
          "the events need " + needed + " bytes at once; half the hub's memory is " + limit, false);
    }
    if (footprint() > options.memoryBytes() * REFUSED_SHARE) {
      clean();
      if (footprint() > options.memoryBytes() * REFUSED_SHARE) {
        throw new LogFullException("the hub's memory is full of events being sent", true);
      }
    }
  }

  private void append(long sequence, Draft draft) {
    Publication event = draft.publication;
    Segment tail = segments.tail();
    if (!tail.hasRoom(draft.maxFrameBytes())) {
      tail = segments.roll(sequence, draft.maxFrameBytes());
      clean();
    }
    int start = tail.used();
    int end =
        FrameEncoder.head(tail.bytes, start, epoch, sequence, options.timeLines() ? lastTime : -1);
    System.arraycopy(draft.body, 0, tail.bytes, end, draft.body.length);
    end += draft.body.length;

    Channel channel = tree.findOrAdd(event.channel());
    Retention retention = retention(channel);
    long before = channel.indexBytes();
    channel.add(sequence);
    indexBytes += channel.indexBytes() - before;
    tail.add(channel, shared(event.type()), event.key(), lastTime, end);
    keeper.added(channel, retention, tail, end - start);
  }

  // Events of a type hold one string, not each its own.
  private @Nullable String shared(@Nullable String type) {
    if (type == null) {
      return null;
    }
    String known = types.putIfAbsent(type, type);
    if (known != null) {
      return known;
    }
    if (types.size() > MAX_SHARED_TYPES) {
      types.clear();
    }
    return type;
  }

  private Retention retention(Channel channel) {
    Retention retention = channel.retention;
    if (retention == null) {
      retention = options.rules().of(channel.name);
      // It may have had a life before that was forgotten: then its loss is that of all forgotten.
      channel.open(retention, forgottenFloor, forgottenLost, forgottenStamp);
      openChannels++;
      ChannelTree.raise(channel);
    }
    return retention;
  }

  private void clean() {
    long passed = head;
    for (LogReader reader : readers) {
      passed = Math.min(passed, reader.position());
    }
    while (footprint() > options.memoryBytes()) {
      if (!cleaner.cleanOne(passed, HALF_EMPTY) && !forget() && !cleaner.cleanOne(passed, 1)) {
        return;
      }
      indexBytes -= cleaner.takeFreedIndexBytes();
    }
  }

  private long channelBytes() {
    return tree.footprint() + indexBytes;
  }

  // Channels that retain nothing are forgotten when room is needed: they aren't what events have to
  // go for.
  private long liveChannelBytes() {
    long live = (long) openChannels - weights.empty();
    return tree.footprint() * live / Math.max(1, openChannels) + indexBytes;
  }

  private long footprint() {
    return segments.footprint() + channelBytes();
  }

  /** Forgets channels that retain nothing and have nothing left, oldest first. */
  private boolean forget() {
    boolean any = false;
    for (int i = 0; i < FORGET_STEP; i++) {
      Channel channel = weights.emptiest();
      if (channel == null) {
        return any;
      }
      if (channel.size() > 0) {
        weights.toTheEnd(channel);
        continue;
      }
      weights.remove(channel);
      channel.forgottenAt = head + 1;
      openChannels--;
      forgottenFloor = Math.max(forgottenFloor, channel.floor);
      forgottenLost = Math.max(forgottenLost, channel.lost);
      forgottenStamp = Math.max(forgottenStamp, channel.lostStamp);
      indexBytes -= channel.indexBytes();
      channel.releaseIndex();
      tree.remove(channel);
      any = true;
    }
    return any;
  }

  /**
   * Gives up events that are older than their channel's retention allows. To be called now and
   * then, as by a timer.
   */
  public void expire() {
    boolean more = true;
    while (more) {
      lock.lock();
      try {
        lastTime = Math.max(lastTime, options.clock().millis());
        more = keeper.expire(lastTime, head, EXPIRE_STEP);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Registers a reader at the head; cleaning waits for it until it is released. */
  public LogReader openReader() {
    lock.lock();
    try {
      LogReader reader = new LogReader(head);
      readers.add(reader);
      return reader;
    } finally {
      lock.unlock();
    }
  }

  /** Lets cleaning pass a reader. */
  public void release(LogReader reader) {
    readers.remove(reader);
  }

  @Override
  public long read(long after, int maxEvents, int maxBytes, Entries entries) {
    // The head before the segments: the other way round a segment begun between the two would be
    // passed over.
    long upTo = head;
    return new Scan(null, null, maxEvents, maxEvents, maxBytes)
        .run(segments.snapshot(), after, upTo, entries);
  }

  /**
   * Reads what a selection matches after a position, in order.
   *
   * @param selection what is wanted
   * @param after the position
   * @param told losses up to this stamp are known to the reader: {@link Start#told}, {@link
   *     Loss#stamp}
   * @param upTo reads nothing past this sequence
   * @param replay what holds for the past, or null
   * @param maxBytes about how many bytes of frames at most; one event is always read
   * @param entries is cleared and filled
   * @return the sequence up to which all that the selection matches is in {@code entries}; or -1 if
   *     something was lost that the reader doesn't know of: {@link #lossAfter} tells what
   */
  public long read(
      Selection selection,
      long after,
      long told,
      long upTo,
      @Nullable Replay replay,
      int maxBytes,
      Entries entries) {
    entries.clear();
    Segment[] all;
    lock.lock();
    try {
      if (lossOf(selection, after, told, replay) != null) {
        return -1;
      }
      all = segments.snapshot();
      Set<Channel> channels = Merge.worthwhile(tree, selection, upTo - after);
      if (channels != null) {
        return new Merge(all, selection, replay, maxBytes).run(channels, after, upTo, entries);
      }
    } finally {
      lock.unlock();
    }
    // The segments were taken together with the look at losses: they hold all that wasn't lost
    // then.
    return new Scan(selection, replay, Scan.MAX_VISITS, Integer.MAX_VALUE, maxBytes)
        .run(all, after, upTo, entries);
  }

  /** What a live reader lost after a position, or null if nothing. */
  public @Nullable Loss lossAfter(
      Selection selection, long position, long told, @Nullable Replay replay) {
    lock.lock();
    try {
      return lossOf(selection, position, told, replay);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Loss lossOf(
      Selection selection, long position, long told, @Nullable Replay replay) {
    if (cleaner.stamp() == told || cleaner.lost() <= position) {
      return null;
    }
    return new Losses(tree, selection, position)
        .live(told, replay, forgottenStamp > told ? forgottenLost : 0, cleaner.stamp());
  }

  /** The log's clock. Events never go back in time, even where it does. */
  public Instant now() {
    return options.clock().instant();
  }

  /** The stamp of the newest losses. */
  public long lossStamp() {
    lock.lock();
    try {
      return cleaner.stamp();
    } finally {
      lock.unlock();
    }
  }

  /** Begins at the head. */
  public Start startLive() {
    lock.lock();
    try {
      return new Start(head, null, null, cleaner.stamp());
    } finally {
      lock.unlock();
    }
  }

  /** Begins after a position of this log; what retention has given up since is a loss. */
  public Start startAfter(Selection selection, long position) {
    lock.lock();
    try {
      return resume(selection, position, true);
    } finally {
      lock.unlock();
    }
  }

  /** Begins at the oldest event retained. */
  public Start startEarliest(Selection selection) {
    lock.lock();
    try {
      return resume(selection, 0, false);
    } finally {
      lock.unlock();
    }
  }

  /** Begins at the first event retained that isn't older than the time. */
  public Start startAt(Selection selection, Instant time) {
    lock.lock();
    try {
      return resume(selection, positionBefore(time.toEpochMilli()), false);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a selection matches more channels than this; the search ends with the first more. */
  public boolean matchesMoreThan(int count, Selection selection) {
    lock.lock();
    try {
      int[] left = {count};
      for (ChannelPattern pattern : selection.patterns()) {
        if (!tree.visit(pattern, MAX_NODES, branch -> true, channel -> --left[0] >= 0)) {
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Begins at the last {@code count} events retained of each channel that it accepts. */
  public Start startLast(Selection selection, int count) {
    lock.lock();
    try {
      return new Losses(tree, selection, 0).last(count, head, cleaner.stamp(), segments.snapshot());
    } finally {
      lock.unlock();
    }
  }

  private Start resume(Selection selection, long position, boolean tell) {
    Losses losses = new Losses(tree, selection, position);
    Loss loss = losses.resume(forgottenFloor, cleaner.stamp());
    return new Start(
        position, new Replay(head, losses.channels()), tell ? loss : null, cleaner.stamp());
  }

  private long positionBefore(long millis) {
    Segment[] all = segments.snapshot();
    for (int i = all.length - 1; i >= 0; i--) {
      Segment segment = all[i];
      if (segment.count() > 0 && segment.time(0) < millis) {
        int entry = segment.count() - 1;
        while (segment.time(entry) >= millis) {
          entry--;
        }
        return segment.sequence(entry);
      }
    }
    return 0;
  }

  /** Figures of the whole log. */
  public Figures figures() {
    lock.lock();
    try {
      return new Figures(
          head,
          keeper.retainedEvents(),
          keeper.retainedBytes(),
          footprint(),
          openChannels,
          segments.snapshot().length,
          keeper.evicted(),
          cleaner.stamp(),
          cleaner.copiedBytes());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Figures of the channels that a pattern matches and that are known, in no particular order;
   * those of the first that a bounded search finds.
   */
  public List<ChannelFigures> channels(ChannelPattern pattern, int limit) {
    lock.lock();
    try {
      List<ChannelFigures> found = new ArrayList<>();
      tree.visit(
          pattern,
          MAX_NODES,
          branch -> true,
          channel -> {
            found.add(figures(channel));
            return found.size() < limit;
          });
      return found;
    } finally {
      lock.unlock();
    }
  }

  private static ChannelFigures figures(Channel channel) {
    boolean some = channel.retained() > 0;
    return new ChannelFigures(
        channel.name,
        channel.retained(),
        channel.retainedBytes,
        some ? channel.oldestRetained() : 0,
        some ? channel.newest() : 0,
        channel.floor);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
