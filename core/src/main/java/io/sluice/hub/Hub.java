package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import io.sluice.log.ChannelFigures;
import io.sluice.log.Draft;
import io.sluice.log.LogFullException;
import io.sluice.log.MemoryLog;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
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
  private static final int MAX_CHANNELS_FOR_LAST = 10_000;

  // A few streams needn't be spread over the whole drain time: who stops a hub by hand waits.
  private static final long DRAIN_SPREAD_MILLIS_PER_STREAM = 2;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz234567";

  private final HubOptions options;
  private final Supplier<? extends RandomGenerator> chance;
  private final MemoryLog log;
  private final IdempotencyKeys keys;
  private final OutputBudget budget;
  private final String node = random(NODE_LENGTH);
  private final CopyOnWriteArrayList<FanOut> fanOuts = new CopyOnWriteArrayList<>();
  private final StreamRegistry streams = new StreamRegistry();
  private final LongAdder published = new LongAdder();
  private final LocalLoop ownLoop;
  private final FanOut ownFanOut;
  private volatile boolean draining;
  private volatile boolean closed;

  private Hub(HubOptions options, String epoch, Supplier<? extends RandomGenerator> chance) {
    this.options = options;
    this.chance = chance;
    this.log =
        new MemoryLog(
            new MemoryLog.Options(
                epoch,
                options.memoryBytes(),
                options.retention(),
                options.timeLines(),
                options.clock()));
    this.budget = new OutputBudget(options.stream().outputBytes());
    this.keys = new IdempotencyKeys(options.idempotencyKeys());
    this.ownLoop = new LocalLoop("sluice-hub");
    this.ownFanOut = attach(ownLoop);
  }

  /**
   * Opens an empty hub: a new epoch begins.
   *
   * @throws IllegalArgumentException if the options can't be
   */
  public static Hub open(HubOptions options) {
    Hub hub = new Hub(options, random(EPOCH_LENGTH), ThreadLocalRandom::current);
    hub.ownLoop.every(hub::expire, Duration.ofSeconds(1));
    return hub;
  }

  /**
   * A hub that does nothing by itself: it has no thread until somebody subscribes in this process,
   * and events expire when {@link #expire} is called. So everything happens when the caller says
   * so.
   *
   * @param chance spreads heartbeats and reconnects
   */
  static Hub withoutTimers(
      HubOptions options, String epoch, Supplier<? extends RandomGenerator> chance) {
    return new Hub(options, epoch, chance);
  }

  /** A number from 0 to below the bound, to spread things in time. Any thread. */
  long spread(long bound) {
    return chance.get().nextLong(bound);
  }

  MemoryLog log() {
    return log;
  }

  private static String random(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
    }
    return text.toString();
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
   *     subscribers; fails with {@link LogFullException} if there is no room for them, or {@link
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
      return append(drafts);
    }
    return keys.once(idempotencyKey, options.clock().millis(), () -> append(drafts));
  }

  private CompletableFuture<Receipt> append(List<Draft> drafts) {
    long first;
    try {
      first = log.append(drafts);
    } catch (LogFullException | IllegalStateException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    published.add(drafts.size());
    for (FanOut fanOut : fanOuts) {
      fanOut.wake();
    }
    return CompletableFuture.completedFuture(
        new Receipt(new EventId(log.epoch(), first), drafts.size(), false));
  }

  // ---- subscribing in this process

  /**
   * Subscribes a listener. It is called on the hub's own thread, one delivery at a time, and must
   * not block: who needs time subscribes to {@link #publisher}.
   *
   * <p>A live subscription gets all that is published after this returns.
   *
   * @return ends the subscription when closed
   * @throws InvalidEventException as {@link #check} does
   * @throws IllegalStateException if the hub is closed
   */
  public LocalSubscription subscribe(
      Subscription subscription, Origin origin, DeliveryListener listener) {
    return LocalOutlet.unbounded(this, new StreamRequest(subscription, origin, false), listener);
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
   * @throws InvalidEventException as {@link #check} does
   */
  public Flow.Publisher<Delivery> publisher(Subscription subscription, Origin origin) {
    StreamRequest request = new StreamRequest(subscription, origin, false);
    check(request);
    return subscriber -> LocalOutlet.requested(this, request, subscriber);
  }

  LocalLoop ownLoop() {
    return ownLoop;
  }

  /** Opens a stream on the hub's own loop. */
  Stream open(StreamRequest request, Outlet outlet) {
    return open(ownFanOut, request, outlet);
  }

  // ---- streams on loops

  /**
   * Gives the hub one more loop, on which streams can be opened.
   *
   * @return opens streams on that loop
   */
  public StreamOpener addLoop(Loop loop) {
    FanOut fanOut = attach(loop);
    return (request, outlet) -> open(fanOut, request, outlet);
  }

  private FanOut attach(Loop loop) {
    FanOut fanOut = new FanOut(this, loop, log, options, budget);
    fanOuts.add(fanOut);
    return fanOut;
  }

  /** On the fan-out's loop. */
  Stream open(FanOut fanOut, StreamRequest request, Outlet outlet) {
    Stream stream = fanOut.open(node + '-' + random(SECRET_LENGTH), request, outlet);
    streams.add(stream, request.origin());
    if (closed) {
      // Closing has looked for streams already, and hasn't seen this one. (It says that it is
      // closed before it looks, and this one stood in the registry before we ask.)
      fanOut.close(stream, CloseReason.DRAIN, true);
    }
    return stream;
  }

  void closed(Stream stream, CloseReason reason, StreamFigures last) {
    streams.remove(stream, reason, last);
  }

  /** Has an observer told of all streams from now on. */
  public void observe(StreamObserver observer) {
    streams.observe(observer);
  }

  /** How many streams are open. */
  public int streamCount() {
    return streams.size();
  }

  /** Figures of open streams, at most so many, in no particular order. */
  public CompletableFuture<List<StreamFigures>> streams(int limit) {
    return streams.figures(limit);
  }

  /** Figures of one open stream, or null if there is none of that id. */
  public @Nullable CompletableFuture<StreamFigures> stream(String id) {
    Stream stream = streams.find(id);
    return stream == null ? null : StreamRegistry.figures(stream);
  }

  /** Figures of the streams that ended last, the newest first. */
  public List<StreamFigures> recentlyClosed() {
    return streams.recentlyClosed();
  }

  /** Ends a stream. Returns whether there is one of that id. */
  public boolean close(String id) {
    Stream stream = streams.find(id);
    if (stream == null) {
      return false;
    }
    stream.loop.loop().execute(() -> stream.loop.close(stream, CloseReason.CLOSED, true));
    return true;
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
    Stream stream = streams.find(id);
    if (stream == null) {
      return null;
    }
    return StreamRegistry.onLoop(
        stream,
        () -> {
          if (stream.state == Stream.State.CLOSED) {
            return null;
          }
          Subscription before = stream.subscription();
          Subscription next = change.applyTo(before);
          checkChannelCount(next);
          if (!stream.loop.change(stream, next, change.addedTo(before), change.since())) {
            throw new InvalidEventException(
                "too-many-changes",
                CatchUp.MAX_CONTROLS
                    + " changes wait already to be told to the stream; it reads"
                    + " too slowly for more");
          }
          return next;
        });
  }

  /**
   * Refuses a stream that would cost too much to open.
   *
   * @throws InvalidEventException with code {@code too-many-channels}: it names too many, or wants
   *     the last events of too many
   */
  public void check(StreamRequest request) {
    checkChannelCount(request.subscription());
    if (request.origin() instanceof Origin.Last
        && log.matchesMoreThan(MAX_CHANNELS_FOR_LAST, request.subscription())) {
      throw new InvalidEventException(
          "too-many-channels",
          "the last events of each channel can be had of at most "
              + MAX_CHANNELS_FOR_LAST
              + " channels; name fewer, or use since");
    }
  }

  private void checkChannelCount(Subscription subscription) {
    int count = subscription.patterns().size();
    if (count > options.stream().maxChannels()) {
      throw new InvalidEventException(
          "too-many-channels",
          "a stream has at most "
              + options.stream().maxChannels()
              + " channels and patterns, this one would have "
              + count);
    }
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
   */
  public History history(Subscription subscription, Origin origin, int limit) {
    return new HistoryReader(log).read(subscription, origin, limit);
  }

  /** Figures of channels that a pattern matches, at most so many, in no particular order. */
  public List<ChannelFigures> channels(ChannelPattern pattern, int limit) {
    return log.channels(pattern, limit);
  }

  /** Figures of the hub at this moment. */
  public HubFigures figures() {
    long delivered = 0;
    long bytes = 0;
    long replayed = 0;
    long gaps = 0;
    long heartbeats = 0;
    long roundMillisSum = 0;
    long furthest = Long.MAX_VALUE;
    long[] rounds = new long[HubFigures.ROUND_BOUNDS.length + 1];
    for (FanOut fanOut : fanOuts) {
      delivered += fanOut.figures.delivered();
      bytes += fanOut.figures.bytes();
      replayed += fanOut.figures.replayed();
      gaps += fanOut.figures.gaps();
      heartbeats += fanOut.figures.heartbeats();
      roundMillisSum += fanOut.figures.roundMillisSum();
      fanOut.figures.addRoundsTo(rounds);
      furthest = Math.min(furthest, fanOut.figures.furthest());
    }
    return new HubFigures(
        streams.size(),
        streams.opened(),
        streams.closedByReason(),
        published.sum(),
        delivered,
        bytes,
        replayed,
        streams.resumes(),
        gaps,
        heartbeats,
        rounds,
        roundMillisSum,
        Math.max(0, log.newest() - furthest),
        log.figures());
  }

  /** Gives up events that have grown too old. */
  void expire() {
    log.expire();
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
    List<CompletableFuture<Void>> ended = new ArrayList<>();
    long spread =
        Math.clamp(
            streams.size() * DRAIN_SPREAD_MILLIS_PER_STREAM,
            1,
            Math.max(1, within.toMillis() * 3 / 4));
    for (Stream stream : streams.all()) {
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
              spread(spread),
              TimeUnit.MILLISECONDS);
    }
    return CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new));
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
    log.close();
    for (Stream stream : streams.all()) {
      stream.loop.loop().execute(() -> stream.loop.close(stream, CloseReason.DRAIN, true));
    }
    ownLoop.close();
  }
}
