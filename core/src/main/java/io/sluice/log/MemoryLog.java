package io.sluice.log;

import io.sluice.event.ChannelPattern;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The log in memory: all of it where nothing is behind it, or the hot window that every hub reads
 * from.
 *
 * <p>Alone it is the log: it gives events their sequence, and what it can't hold is lost. As a
 * window it takes what a {@link Store} has made safe, and always holds the newest part of the log,
 * without holes; what lies before is the store's.
 *
 * <p>Thread-safe. Appending, choosing where to begin and finding what a selection matches take the
 * lock for a bounded time; reading on from a position doesn't.
 */
public final class MemoryLog implements Log {

  /** What {@link #read(Stretch, long, Entries)} answers when something was lost. */
  public static final long LOST = -1;

  /** What it answers when the part that is wanted lies before the window. */
  public static final long BEFORE = -2;

  private static final int EXPIRE_STEP = 4096;

  private final LogOptions options;
  private final boolean isWindow;
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
  private final Appender appender;
  private long lastTime;
  private boolean closed;

  // Written under the lock, after everything that it makes visible.
  private volatile long head;

  // Written under the lock, before anything of another life is visible.
  private volatile Epochs epochs;

  /** Opens an empty log that has nothing behind it. */
  public MemoryLog(LogOptions options) {
    this(options, Contents.alone(options.memoryBytes(), options.rules()), false);
  }

  private MemoryLog(LogOptions options, Contents contents, boolean isWindow) {
    this.options = options;
    this.epochs = options.epochs();
    this.isWindow = isWindow;
    this.contents = contents;
    this.segments = contents.segments();
    this.channels = contents.channels();
    this.keeper = contents.keeper();
    this.cleaner = contents.cleaner();
    this.budget = new Budget(options.memoryBytes(), contents);
    this.appender = new Appender(contents, options.epochs().current(), options.timeLines());
    this.starts = new Starts(lock, this::newest, contents, isWindow);
  }

  /**
   * Opens an empty window on a log.
   *
   * @param newest the sequence of the newest event that the store has
   * @param newestTimeMillis when that was appended
   */
  static MemoryLog window(LogOptions options, long newest, long newestTimeMillis) {
    MemoryLog window =
        new MemoryLog(
            options, Contents.window(options.memoryBytes(), options.rules(), newest), true);
    window.head = newest;
    window.lastTime = newestTimeMillis;
    return window;
  }

  @Override
  public Epochs epochs() {
    return epochs;
  }

  @Override
  public MemoryLog window() {
    return this;
  }

  @Override
  public List<KeptKey> keys() {
    return List.of();
  }

  @Override
  public @Nullable String trouble() {
    return null;
  }

  @Override
  public long newest() {
    return head;
  }

  @Override
  public CompletableFuture<Appended> append(Append append) {
    try {
      long first = append(append.drafts());
      return CompletableFuture.completedFuture(
          Appended.now(epochs.id(first), append.drafts().size()));
    } catch (LogFullException | IllegalStateException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /**
   * Appends events next to each other, all or none. They are visible to readers when this returns.
   *
   * @param drafts at least one
   * @return the sequence of the first; those of the others follow
   * @throws LogFullException if there's no room; nothing was appended
   * @throws IllegalStateException if the log is closed
   */
  public long append(List<Draft> drafts) {
    lock.lock();
    try {
      checkRoom(drafts);
      lastTime = Math.max(lastTime, options.clock().millis());
      long first = head + 1;
      add(first, lastTime, drafts);
      budget.shrink();
      return first;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes what the store has made safe; only for a window.
   *
   * @throws IllegalStateException if it doesn't follow what is there
   */
  void accept(long first, long timeMillis, List<Draft> drafts) {
    lock.lock();
    try {
      if (first != head + 1) {
        throw new IllegalStateException("the window ends with " + head + ", not before " + first);
      }
      lastTime = Math.max(lastTime, timeMillis);
      // The store's time and not this clock's, though age may have been looked at later by it.
      add(first, timeMillis, drafts);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Empties it, and goes on after a sequence; only for a window. Who stands before that finds it
   * {@link #BEFORE} the window.
   *
   * @param lives those of the log from now on
   * @param after at least the newest sequence that is there
   */
  void restart(Epochs lives, long after, long timeMillis) {
    lock.lock();
    try {
      if (after < head) {
        throw new IllegalStateException("the window ends with " + head + ", past " + after);
      }
      // First the lives, then what can be read, then the head: whoever sees that something is gone,
      // or a new event, can see why.
      epochs = lives;
      appender.epoch(lives.current());
      lastTime = Math.max(lastTime, timeMillis);
      if (after > head) {
        segments.roll(after + 1, 0);
        while (cleaner.cleanOne(Long.MAX_VALUE, 1)) {
          // the tail alone is left
        }
        head = after;
      }
    } finally {
      lock.unlock();
    }
  }

  /** The window has all that came after this sequence; 0 if it isn't one. */
  public long floor() {
    return isWindow ? segments.snapshot()[0].first - 1 : 0;
  }

  private void add(long first, long timeMillis, List<Draft> drafts) {
    long sequence = first;
    for (int i = 0; i < drafts.size(); i++) {
      if (appender.append(sequence++, timeMillis, drafts.get(i))) {
        clean();
      }
    }
    head = sequence - 1;
  }

  /**
   * Looks whether there is room for events; only for a window, before they go to the store.
   *
   * @throws LogFullException if there isn't
   * @throws IllegalStateException if the log is closed
   */
  void check(List<Draft> drafts) {
    lock.lock();
    try {
      checkRoom(drafts);
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

  /**
   * Reads in order what lies after a position, whatever the channel. What a {@link LogReader}
   * hasn't passed is always there.
   *
   * @param after the position
   * @param maxEvents how many at most
   * @param maxBytes about how many bytes of frames at most; one event is always read
   * @param entries is cleared and filled
   * @return the sequence up to which everything is in {@code entries}; or {@link #BEFORE}, if the
   *     window was begun anew past it
   */
  public long read(long after, int maxEvents, int maxBytes, Entries entries) {
    // The head before the segments: the other way round a segment begun between the two would be
    // passed over.
    long upTo = head;
    Segment[] all = segments.snapshot();
    if (isWindow && after + 1 < all[0].first) {
      entries.clear();
      return BEFORE;
    }
    return new Scan(null, maxEvents, maxEvents, maxBytes).run(all, after, upTo, entries);
  }

  /**
   * Reads what a selection matches, in order.
   *
   * @param told losses up to this stamp are known to the reader: {@link Start#told}, {@link
   *     Loss#stamp}
   * @param entries is cleared and filled
   * @return the sequence up to which all that is wanted is in {@code entries}; or {@link #LOST} if
   *     something was lost that the reader doesn't know of, see {@link #lostAfter}; or {@link
   *     #BEFORE}
   */
  public long read(Stretch stretch, long told, Entries entries) {
    entries.clear();
    Segment[] all;
    lock.lock();
    try {
      all = segments.snapshot();
      if (isWindow && stretch.after() + 1 < all[0].first) {
        return BEFORE;
      }
      if (lossOf(stretch, told) != null) {
        return LOST;
      }
      Set<Channel> matched =
          Merge.worthwhile(channels.tree(), stretch.selection(), stretch.upTo() - stretch.after());
      if (matched != null) {
        return new Merge(all, stretch).run(matched, entries);
      }
    } finally {
      lock.unlock();
    }
    // The segments were taken together with the look at losses: they hold all that wasn't lost
    // then.
    return new Scan(stretch, Scan.MAX_VISITS, Integer.MAX_VALUE, stretch.maxBytes())
        .run(all, stretch.after(), stretch.upTo(), entries);
  }

  @Override
  public CompletableFuture<Piece> read(Stretch stretch) {
    Entries entries = new Entries();
    Stretch asked = stretch;
    long told = 0;
    Lost lost = null;
    while (true) {
      long reached = read(asked, told, entries);
      if (reached >= 0) {
        return CompletableFuture.completedFuture(new Piece(entries, reached, lost));
      }
      if (reached == BEFORE) {
        throw new IllegalStateException(stretch + " lies before the window");
      }
      // What goes while this looks is told as one with what had gone.
      Lost more = lostAfter(stretch, 0);
      if (more != null) {
        lost = more;
        told = more.loss().stamp();
        asked = stretch.told(more.channels());
      }
    }
  }

  /** What a reader lost and doesn't know of, or null if nothing. */
  public @Nullable Lost lostAfter(Stretch stretch, long told) {
    lock.lock();
    try {
      return lossOf(stretch, told);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Lost lossOf(Stretch stretch, long told) {
    if (cleaner.stamp() == told || cleaner.lost() <= stretch.after()) {
      return null;
    }
    Losses losses = new Losses(channels.tree(), stretch.selection(), stretch.after());
    Loss loss = losses.live(told, stretch, channels.forgottenLostSince(told), cleaner.stamp());
    return loss == null ? null : new Lost(loss, losses.channels());
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

  /** Where readers can begin, of what is in memory. */
  public Starts starts() {
    return starts;
  }

  @Override
  public CompletableFuture<Start> begin(Selection selection, Beginning beginning) {
    Start start = starts.find(selection, beginning);
    if (start == null) {
      throw new IllegalStateException(beginning + " lies before the window");
    }
    return CompletableFuture.completedFuture(start);
  }

  @Override
  public CompletableFuture<Boolean> matchesMoreThan(int count, Selection selection) {
    lock.lock();
    try {
      return CompletableFuture.completedFuture(channels.matchesMoreThan(count, selection));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public LogFigures figures() {
    lock.lock();
    try {
      return contents.figures(head);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletableFuture<List<ChannelFigures>> channels(ChannelPattern pattern, int limit) {
    lock.lock();
    try {
      return CompletableFuture.completedFuture(channels.figures(pattern, limit));
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
