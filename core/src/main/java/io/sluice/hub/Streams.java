package io.sluice.hub;

import io.sluice.event.InvalidEventException;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The hub's streams by name, on whatever loop they are, and what is remembered of those that ended.
 *
 * <p>Thread-safe.
 */
public final class Streams {

  /** How many ended streams are remembered. */
  private static final int RECENT = 100;

  // A few streams needn't be spread over the whole drain time: who stops a hub by hand waits.
  private static final long DRAIN_SPREAD_MILLIS_PER_STREAM = 2;

  private final StreamOptions options;
  private final ConcurrentHashMap<String, Stream> streams = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<StreamObserver> observers = new CopyOnWriteArrayList<>();
  private final LongAdder opened = new LongAdder();
  private final LongAdder resumes = new LongAdder();

  // Guarded by this.
  private final ArrayDeque<StreamFigures> recent = new ArrayDeque<>();
  private final Map<CloseReason, Long> closed = new EnumMap<>(CloseReason.class);

  Streams(StreamOptions options) {
    this.options = options;
  }

  /** Has an observer told of all streams from now on. */
  public void observe(StreamObserver observer) {
    observers.add(observer);
  }

  /** Those of one loop; to be called there. */
  List<Stream> on(FanOut loop) {
    return streams.values().stream().filter(stream -> stream.loop == loop).toList();
  }

  /** How many are open. */
  public int size() {
    return streams.size();
  }

  /** Figures of open streams, at most so many, in no particular order. */
  public CompletableFuture<List<StreamFigures>> figures(int limit) {
    List<CompletableFuture<StreamFigures>> asked =
        streams.values().stream().limit(limit).map(Streams::figures).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
  }

  /** Figures of one open stream, or null if there is none of that id. */
  public @Nullable CompletableFuture<StreamFigures> figures(String id) {
    Stream stream = streams.get(id);
    return stream == null ? null : figures(stream);
  }

  private static CompletableFuture<StreamFigures> figures(Stream stream) {
    return onLoop(stream, () -> stream.loop.figuresOf(stream, null));
  }

  private static <T extends @Nullable Object> CompletableFuture<T> onLoop(
      Stream stream, Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, stream.loop.loop());
  }

  /** Figures of the streams that ended last, the newest first. */
  public synchronized List<StreamFigures> recentlyClosed() {
    return new ArrayList<>(recent).reversed();
  }

  /** Ends a stream. Returns whether there is one of that id. */
  public boolean close(String id) {
    Stream stream = streams.get(id);
    if (stream == null) {
      return false;
    }
    stream.loop.loop().execute(() -> stream.loop.close(stream, CloseReason.CLOSED, true));
    return true;
  }

  /** Whose an open stream is; null if there is none of that id, or it is nobody's. */
  public @Nullable Object owner(String id) {
    Stream stream = streams.get(id);
    return stream == null ? null : stream.owner;
  }

  /**
   * Ends a stream whose identity holds no longer, and tells it so if it takes anything. Does
   * nothing if there is none of that id.
   */
  public void expire(String id, Control.Expiry why) {
    Stream stream = streams.get(id);
    if (stream != null) {
      stream.loop.loop().execute(() -> stream.loop.expire(stream, why));
    }
  }

  /**
   * Changes what a stream is subscribed to, at its cursor.
   *
   * @return what holds then; null if there is no stream of that id, and completed with null if it
   *     ended before the change came to it. It fails with {@link InvalidEventException} if the
   *     change breaks a rule.
   */
  public @Nullable CompletableFuture<@Nullable Subscription> change(
      String id, SubscriptionChange change) {
    Stream stream = streams.get(id);
    if (stream == null) {
      return null;
    }
    // The change is tied to the stream's beginning on its loop: tied to it here, it would be made
    // by
    // whichever thread comes second.
    return onLoop(stream, () -> stream.whenBegun().thenApply(now -> changeOnLoop(stream, change)))
        .thenCompose(changed -> changed);
  }

  private @Nullable Subscription changeOnLoop(Stream stream, SubscriptionChange change) {
    if (stream.state == Stream.State.CLOSED) {
      return null;
    }
    Resubscription to = Resubscription.of(stream.subscription(), change);
    options.check(to.next());
    if (!stream.loop.change(stream, to)) {
      throw new InvalidEventException(
          "too-many-changes",
          CatchUp.MAX_CONTROLS
              + " changes wait already to be told to the stream; it reads"
              + " too slowly for more");
    }
    if (!observers.isEmpty()) {
      StreamFigures figures = stream.loop.figuresOf(stream, null);
      observers.forEach(observer -> observer.changed(figures));
    }
    return to.next();
  }

  // ---- what the hub does with them

  /** A stream was opened. On its loop. */
  void add(Stream stream, Origin origin) {
    streams.put(stream.id(), stream);
    opened.increment();
    if (origin instanceof Origin.After || origin instanceof Origin.Unknown) {
      resumes.increment();
    }
    if (!observers.isEmpty()) {
      StreamFigures figures = stream.loop.figuresOf(stream, null);
      observers.forEach(observer -> observer.opened(figures));
    }
  }

  /** A stream ended. On its loop. */
  void remove(Stream stream, CloseReason reason, StreamFigures last) {
    streams.remove(stream.id(), stream);
    synchronized (this) {
      recent.addLast(last);
      if (recent.size() > RECENT) {
        recent.removeFirst();
      }
      closed.merge(reason, 1L, Long::sum);
    }
    observers.forEach(observer -> observer.closed(last));
  }

  /**
   * Ends all within a time, each at a moment of its own.
   *
   * @param spread gives a number from 0 to below its argument
   * @return completes when the last one has ended
   */
  CompletableFuture<Void> drain(Duration within, LongUnaryOperator spread) {
    List<CompletableFuture<Void>> ended = new ArrayList<>();
    long longest =
        Math.clamp(
            streams.size() * DRAIN_SPREAD_MILLIS_PER_STREAM,
            1,
            Math.max(1, within.toMillis() * 3 / 4));
    for (Stream stream : streams.values()) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      ended.add(end);
      stream
          .loop
          .loop()
          .schedule(
              () -> {
                stream.loop.drain(stream);
                end.complete(null);
              },
              spread.applyAsLong(longest),
              TimeUnit.MILLISECONDS);
    }
    return CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new));
  }

  /** Ends all at once. */
  void closeAll() {
    for (Stream stream : streams.values()) {
      stream.loop.loop().execute(() -> stream.loop.close(stream, CloseReason.DRAIN, true));
    }
  }

  synchronized Map<CloseReason, Long> closedByReason() {
    return Map.copyOf(closed);
  }

  long opened() {
    return opened.sum();
  }

  long resumes() {
    return resumes.sum();
  }
}
