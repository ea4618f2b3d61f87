package io.sluice.hub;

import io.sluice.subscription.Origin;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The hub's streams by name, on whatever loop they are, and what is remembered of those that ended.
 *
 * <p>Thread-safe.
 */
final class StreamRegistry {

  /** How many ended streams are remembered. */
  private static final int RECENT = 100;

  private final ConcurrentHashMap<String, Stream> streams = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<StreamObserver> observers = new CopyOnWriteArrayList<>();
  private final LongAdder opened = new LongAdder();
  private final LongAdder resumes = new LongAdder();

  // Guarded by this.
  private final ArrayDeque<StreamFigures> recent = new ArrayDeque<>();
  private final Map<CloseReason, Long> closed = new EnumMap<>(CloseReason.class);

  void observe(StreamObserver observer) {
    observers.add(observer);
  }

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

  int size() {
    return streams.size();
  }

  @Nullable Stream find(String id) {
    return streams.get(id);
  }

  Collection<Stream> all() {
    return streams.values();
  }

  /** Figures of open streams, at most so many, in no particular order. */
  CompletableFuture<List<StreamFigures>> figures(int limit) {
    List<CompletableFuture<StreamFigures>> asked =
        streams.values().stream().limit(limit).map(StreamRegistry::figures).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
  }

  static CompletableFuture<StreamFigures> figures(Stream stream) {
    return onLoop(stream, () -> stream.loop.figuresOf(stream, null));
  }

  static <T extends @Nullable Object> CompletableFuture<T> onLoop(Stream stream, Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, stream.loop.loop());
  }

  synchronized List<StreamFigures> recentlyClosed() {
    return new ArrayList<>(recent).reversed();
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
