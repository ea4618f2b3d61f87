package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import io.sluice.log.Append;
import io.sluice.log.ChannelFigures;
import io.sluice.log.Draft;
import io.sluice.log.Epochs;
import io.sluice.log.Log;
import io.sluice.log.LogFullException;
import io.sluice.log.MemoryLog;
import io.sluice.log.Store;
import io.sluice.log.StoreFailedException;
import io.sluice.log.StoredLog;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A hub in this process: publishers append to one log, subscribers are cursors into it.
 *
 * <pre>{@code
 * try (Hub hub = Hub.open(HubOptions.DEFAULT)) {
 *   hub.subscribe(Subscription.to("orders/*"), Origin.live(), delivery -> ...);
 *   hub.publish(Publication.of("orders/42", "shipped", "{...}"));
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Hub implements AutoCloseable {

  private static final int EPOCH_LENGTH = 6;
  private static final int NODE_LENGTH = 4;
  private static final int SECRET_LENGTH = 20;
  private static final int COMPRESSED_PART_OF_MEMORY = 16;

  private final HubOptions options;
  private final Supplier<? extends RandomGenerator> chance;
  private final Log log;
  private final IdempotencyKeys keys;
  private final OutputBudget budget;
  private final Compressor compressor;
  private final String node;
  private final CopyOnWriteArrayList<FanOut> fanOuts = new CopyOnWriteArrayList<>();
  private final Streams streams;
  private final LongAdder published = new LongAdder();
  private final LocalLoop ownLoop;
  private final StreamOpener ownStreams;
  private volatile boolean draining;
  private volatile boolean closed;

  private Hub(
      HubOptions options,
      Function<Hub, Log> opener,
      Supplier<? extends RandomGenerator> chance,
      Executor compressing) {
    this.options = options;
    this.node = options.node().isEmpty() ? RandomName.of(NODE_LENGTH) : options.node();
    this.chance = chance;
    this.budget = new OutputBudget(options.stream().outputBytes());
    this.compressor =
        new Compressor(
            compressing,
            options.stream().gzipAbove(),
            options.memoryBytes() / COMPRESSED_PART_OF_MEMORY);
    this.streams = new Streams(options.stream());
    this.keys = new IdempotencyKeys(options.idempotencyKeys(), this::isStillThere);
    this.log = opener.apply(this);
    this.keys.restore(log.keys(), log.epochs());
    this.ownLoop = new LocalLoop("sluice-hub");
    this.ownStreams = addLoop(ownLoop);
  }

  /**
   * Opens an empty hub that keeps its log in memory: a new epoch begins.
   *
   * @throws IllegalArgumentException if the options can't be
   */
  public static Hub open(HubOptions options) {
    return started(
        new Hub(
            options,
            hub -> new MemoryLog(options.log(Epochs.first(RandomName.of(EPOCH_LENGTH)))),
            ThreadLocalRandom::current,
            Compressor.ownThread()));
  }

  /**
   * Opens a hub on the log that a store holds. The store is the hub's from then on, and is closed
   * with it.
   *
   * @throws IllegalArgumentException if the options can't be
   */
  public static Hub open(HubOptions options, Store store) {
    return started(
        new Hub(
            options, hub -> hub.stored(store), ThreadLocalRandom::current, Compressor.ownThread()));
  }

  private static Hub started(Hub hub) {
    hub.ownLoop.every(hub::expire, Duration.ofSeconds(1));
    return hub;
  }

  private Log stored(Store store) {
    return StoredLog.open(
        store, options.log(store.epochs(), store.clock(options.clock())), this::wake);
  }

  /**
   * A hub that does nothing by itself: it has no thread until somebody subscribes in this process,
   * and events expire when {@link #expire} is called. So everything happens when the caller says
   * so.
   *
   * @param chance spreads heartbeats and reconnects
   * @param compressing runs what compresses large data
   */
  static Hub withoutTimers(
      HubOptions options,
      String epoch,
      Supplier<? extends RandomGenerator> chance,
      Executor compressing) {
    return new Hub(
        options, hub -> new MemoryLog(options.log(Epochs.first(epoch))), chance, compressing);
  }

  /** The same on a store. */
  static Hub withoutTimers(
      HubOptions options,
      Store store,
      Supplier<? extends RandomGenerator> chance,
      Executor compressing) {
    return new Hub(options, hub -> hub.stored(store), chance, compressing);
  }

  /** A number from 0 to below the bound, to spread things in time. Any thread. */
  long spread(long bound) {
    return chance.get().nextLong(bound);
  }

  Log log() {
    return log;
  }

  Compressor compressor() {
    return compressor;
  }

  /** How it was set up. */
  public HubOptions options() {
    return options;
  }

  /** The id of the newest event; sequence 0 before the first. */
  public EventId newest() {
    return new EventId(log.epoch(), log.newest());
  }

  // ---- publishing

  /** Publishes one event. */
  public CompletableFuture<Receipt> publish(Publication event) {
    return publish(List.of(event), null);
  }

  /**
   * Publishes events, all or none, next to each other in the log.
   *
   * @param events at least one
   * @param idempotencyKey the same key within ten minutes gives the outcome of its first publish
   *     and appends nothing; null for none
   * @return completes when the events are as safe as the log promises, never waiting for
   *     subscribers; fails with {@link LogFullException} if there is no room for them, {@link
   *     StoreFailedException} if it isn't known that they are safe, or {@link
   *     IllegalStateException} if the hub is closed
   * @throws IllegalArgumentException if there is no event
   */
  public CompletableFuture<Receipt> publish(
      List<Publication> events, @Nullable String idempotencyKey) {
    if (events.isEmpty()) {
      throw new IllegalArgumentException("a publish needs at least one event");
    }
    List<Draft> drafts = new ArrayList<>(events.size());
    for (Publication event : events) {
      drafts.add(Draft.of(event));
    }
    if (idempotencyKey == null) {
      return append(new Append(drafts, null));
    }
    return keys.once(
        idempotencyKey, options.clock().millis(), () -> append(new Append(drafts, idempotencyKey)));
  }

  // What a fork of the log has lost is as good as never published.
  private boolean isStillThere(Receipt receipt) {
    return log.epochs().locate(receipt.first(), log.newest()) instanceof Epochs.Place.Here;
  }

  private CompletableFuture<Receipt> append(Append events) {
    return log.append(events)
        .thenApply(
            appended -> {
              if (!appended.repeated()) {
                published.add(appended.count());
              }
              if (log.window() == log) {
                wake(); // with a store behind it, the loops were woken when the window had them
              }
              return new Receipt(appended.first(), appended.count(), appended.repeated());
            });
  }

  /**
   * The hub's own thread: for what belongs to the hub as a whole. What runs there must not block:
   * subscribers in this process are called there too.
   */
  public Loop loop() {
    return ownLoop;
  }

  /** There is something new. Any thread. */
  private void wake() {
    for (FanOut fanOut : fanOuts) {
      fanOut.wake();
    }
  }

  // ---- subscribing in this process

  /**
   * Subscribes a listener. It is called on the hub's own thread, one delivery at a time, and must
   * not block: who needs time subscribes to {@link #publisher}.
   *
   * <p>A live subscription gets all that is published after this returns.
   *
   * @return ends the subscription when closed
   * @throws InvalidEventException if {@link #check} does or fails so
   * @throws IllegalStateException if the hub is closed
   */
  public LocalSubscription subscribe(
      Subscription subscription, Origin origin, DeliveryListener listener) {
    StreamRequest request = new StreamRequest(subscription, origin, false);
    checkNow(request);
    return LocalOutlet.unbounded(ownLoop, ownStreams, request, listener);
  }

  /**
   * A publisher of what a subscription brings, with real backpressure: a subscriber that requests
   * nothing costs a number, and goes on from there when it requests again. If it stays away so long
   * that its next event is gone, it gets a {@link Delivery.Missed}.
   *
   * <p>Each subscriber gets a stream of its own from the origin on. It is called on the hub's own
   * thread. Its stream completes when it is closed or the hub is; it fails with {@link
   * IllegalStateException} if the hub was closed before, or if the channel's policy is to
   * disconnect who is behind.
   *
   * @throws InvalidEventException if {@link #check} does or fails so
   */
  public Flow.Publisher<Delivery> publisher(Subscription subscription, Origin origin) {
    StreamRequest request = new StreamRequest(subscription, origin, false);
    checkNow(request);
    return subscriber -> LocalOutlet.requested(ownLoop, ownStreams, request, subscriber);
  }

  private void checkNow(StreamRequest request) {
    try {
      check(request).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof InvalidEventException invalid ? invalid : failed;
    }
  }

  // ---- streams on loops

  /**
   * Gives the hub one more loop, on which streams can be opened.
   *
   * @return opens streams on that loop
   */
  public StreamOpener addLoop(Loop loop) {
    FanOut fanOut = new FanOut(this, loop, log, options, budget);
    fanOuts.add(fanOut);
    return (request, outlet) -> open(fanOut, request, outlet);
  }

  /** On the fan-out's loop. */
  private Stream open(FanOut fanOut, StreamRequest request, Outlet outlet) {
    Stream stream = fanOut.open(node + '-' + RandomName.of(SECRET_LENGTH), request, outlet);
    streams.add(stream, request.origin());
    if (closed) {
      // Closing has looked for streams already, and hasn't seen this one. (It says that it is
      // closed before it looks, and this one stood among them before we ask.)
      fanOut.close(stream, CloseReason.DRAIN, true);
    }
    return stream;
  }

  void closed(Stream stream, CloseReason reason, StreamFigures last) {
    streams.remove(stream, reason, last);
  }

  /** The streams that are open, and those that ended last. */
  public Streams streams() {
    return streams;
  }

  /**
   * Looks whether a stream would cost too much to open.
   *
   * @return completes at once if what is in memory answers it; fails with {@link
   *     InvalidEventException}, code {@code too-many-channels}, if it wants the last events of too
   *     many channels
   * @throws InvalidEventException with the same code, if it names too many
   */
  public CompletableFuture<Void> check(StreamRequest request) {
    options.stream().check(request.subscription());
    return Opening.check(request, log);
  }

  // ---- reading

  /**
   * What is retained.
   *
   * @param events oldest first
   * @param gap what of it can't be had any more, or null
   */
  public record History(List<Event> events, Control.@Nullable Gap gap) {}

  /**
   * Reads what is retained.
   *
   * @param subscription of which channels and types
   * @param origin from where on; {@link Origin.Live} reads nothing
   * @param limit how many events at most
   * @return complete already, if all of it is in memory; fails with {@link StoreFailedException}
   */
  public CompletableFuture<History> history(Subscription subscription, Origin origin, int limit) {
    return new HistoryReader(log, subscription, limit).read(origin);
  }

  /** Figures of channels that a pattern matches, at most so many, in no particular order. */
  public CompletableFuture<List<ChannelFigures>> channels(ChannelPattern pattern, int limit) {
    return log.channels(pattern, limit);
  }

  /** Why nothing can be published until somebody does something; null if all is well. */
  public @Nullable String trouble() {
    return log.trouble();
  }

  /** Figures of the hub at this moment. */
  public HubFigures figures() {
    return HubFigures.of(streams, fanOuts, published.sum(), compressor, log);
  }

  /** Gives up events that have grown too old. A hub does so by itself, every second. */
  public void expire() {
    log.window().expire();
  }

  // ---- the end

  /**
   * Ends all streams in good order within a time: each is told its own moment to come back, and
   * they end one after the other, so that a restart isn't a stampede.
   *
   * @return completes when the last one has ended
   */
  public CompletableFuture<Void> drain(Duration within) {
    draining = true;
    return streams.drain(within, this::spread);
  }

  /** Whether {@link #drain} has begun. */
  public boolean isDraining() {
    return draining;
  }

  /** Refuses publishes from now on, and ends all streams at once. */
  @Override
  public void close() {
    draining = true;
    closed = true;
    streams.closeAll();
    log.close();
    ownLoop.close();
  }
}
