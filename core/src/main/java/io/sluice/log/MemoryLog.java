package io.sluice.log;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Publication;
import io.sluice.wire.FrameEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
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

  private static final int MAX_SHARED_TYPES = 1000;
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

  private final Options options;
  private final byte[] epoch;
  private final ReentrantLock lock = new ReentrantLock();
  private final CopyOnWriteArrayList<LogReader> readers = new CopyOnWriteArrayList<>();
  private final Starts starts;

  // Guarded by the lock; segments may be read without it up to the head.
  private final Contents contents;
  private final Segments segments;
  private final Channels channels;
  private final Keeper keeper;
  private final Cleaner cleaner;
  private final Budget budget;
  private final Map<String, String> types = new HashMap<>();
  private long lastTime;
  private boolean closed;

  // Written under the lock, after everything that it makes visible.
  private volatile long head;

  /** Opens an empty log. */
  public MemoryLog(Options options) {
    this.options = options;
    this.epoch = options.epoch().getBytes(StandardCharsets.US_ASCII);
    this.contents = Contents.empty(options.memoryBytes(), options.rules());
    this.segments = contents.segments();
    this.channels = contents.channels();
    this.keeper = contents.keeper();
    this.cleaner = contents.cleaner();
    this.budget = new Budget(options.memoryBytes(), contents);
    this.starts = new Starts(lock, this::newest, contents);
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
      budget.shrink();
      return first;
    } finally {
      lock.unlock();
    }
  }

  private void checkRoom(List<Draft> drafts) {
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
    budget.check(drafts);
    if (budget.isOverrun()) {
      clean();
      if (budget.isOverrun()) {
        throw new LogFullException(
            LogFullException.Reason.MEMORY, "the hub's memory is full of events being sent");
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

    Channel channel = channels.findOrAdd(event.channel());
    Retention retention = channels.retention(channel);
    channels.index(channel, sequence);
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

  private void clean() {
    long passed = head;
    for (LogReader reader : readers) {
      passed = Math.min(passed, reader.position());
    }
    budget.clean(passed, head);
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
      Set<Channel> matched = Merge.worthwhile(channels.tree(), selection, upTo - after);
      if (matched != null) {
        return new Merge(all, selection, replay, maxBytes).run(matched, after, upTo, entries);
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
    return new Losses(channels.tree(), selection, position)
        .live(told, replay, channels.forgottenLostSince(told), cleaner.stamp());
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

  /** Where readers can begin. */
  public Starts starts() {
    return starts;
  }

  /** Whether a selection matches more channels than this; the search ends with the first more. */
  public boolean matchesMoreThan(int count, Selection selection) {
    lock.lock();
    try {
      return channels.matchesMoreThan(count, selection);
    } finally {
      lock.unlock();
    }
  }

  /** Figures of the whole log. */
  public LogFigures figures() {
    lock.lock();
    try {
      return contents.figures(head);
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
      return channels.figures(pattern, limit);
    } finally {
      lock.unlock();
    }
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
