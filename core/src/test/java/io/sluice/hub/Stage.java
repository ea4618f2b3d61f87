package io.sluice.hub;

import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.log.Append;
import io.sluice.log.Draft;
import io.sluice.log.Entries;
import io.sluice.log.LogFullException;
import io.sluice.log.Store;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A hub on loops and a time that run when they are told to, and beside it the model that it is held
 * against. In one thread.
 */
final class Stage {

  private static final String EPOCH = "k3f9";

  final SplittableRandom random;
  final RandomWorld world;
  final ManualTime time = new ManualTime();
  final Hub hub;
  final ModelHub model;
  final List<ManualLoop> loops = new ArrayList<>();
  final List<StreamOpener> openers = new ArrayList<>();
  final Trace trace;
  private final ArrayDeque<Runnable> toCompress = new ArrayDeque<>();

  /** What is behind the hub's memory, or null if nothing is. */
  final @Nullable ScheduledStore store;

  /** Whether the store gives back bytes also between a read and when its reader hears of it. */
  final boolean racing;

  /** The life of the hub's log. */
  final String epoch;

  /**
   * @param stored how many schedules in a hundred have a store behind the hub's memory
   */
  Stage(SplittableRandom random, Trace trace, ScheduledStore.Opener opener, int stored) {
    this.random = random;
    this.trace = trace;
    boolean roomy = random.nextInt(3) == 0;
    this.world = new RandomWorld(random, roomy ? 200 : 200 << random.nextInt(8));
    HubOptions options =
        HubOptions.builder()
            .memoryBytes(roomy ? 16 << 20 : 1 << 20)
            .retention(world.rules())
            .timeLines(world.chance(20))
            .stream(
                new StreamOptions(
                    new Heartbeat(
                        Duration.ofSeconds(1 + random.nextInt(15)), Duration.ofSeconds(20)),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    world.chance(25) ? 2000 : 64 << 20,
                    100,
                    1 + random.nextInt(1000)))
            .clock(time)
            .build();
    this.store = world.chance(stored) ? opener.open(options, time) : null;
    // Others give back bytes whenever they look after themselves.
    this.racing = store instanceof ListedStore ? world.chance(30) : store != null;
    this.epoch = store == null ? EPOCH : store.store().epochs().current();
    this.model = new ModelHub(epoch, options, roomy, store != null);
    if (store == null) {
      this.hub = Hub.withoutTimers(options, EPOCH, () -> random, toCompress::add);
    } else {
      fill(store.store(), random.nextInt(60));
      this.hub = Hub.withoutTimers(options, store.store(), () -> random, toCompress::add);
    }
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      ManualLoop loop = new ManualLoop(time, random, 1 + random.nextInt(600_000));
      loops.add(loop);
      openers.add(hub.addLoop(loop));
    }
  }

  // What the store has of a life before.
  private void fill(Store before, int count) {
    for (int i = 0; i < count; i++) {
      Publication event = world.publication(world.channel(), model.head() + 1);
      before.append(new Append(List.of(Draft.of(event)), null)).join();
      model.published(event, time.millis());
    }
  }

  void publish(int count) {
    List<Publication> events = new ArrayList<>();
    String channel = world.channel();
    for (int i = 0; i < count; i++) {
      channel = world.chance(50) ? world.channel() : channel;
      events.add(world.publication(channel, model.head() + 1 + i));
    }
    CompletableFuture<Receipt> outcome = hub.publish(events, null);
    try {
      long first = outcome.join().first().sequence();
      check(first == model.head() + 1, "the first id is " + first);
    } catch (CompletionException refused) {
      check(mayBeRefused(refused.getCause(), events), "refused: " + refused.getCause());
      trace.note("publish of " + count + " refused");
      return;
    }
    events.forEach(event -> model.published(event, time.millis()));
    model.compare(hub);
    trace.note("published up to " + model.head() + " " + channel);
  }

  private boolean mayBeRefused(Throwable why, List<Publication> events) {
    if (why instanceof LogFullException full && full.reason() == LogFullException.Reason.MEMORY) {
      // A loop that has a task, or is in the midst of one, has yet to read what cleaning waits for.
      return loops.stream().anyMatch(loop -> loop.hasTask() || loop.inLoop());
    }
    int bytes = events.stream().mapToInt(event -> event.data().length + 100).sum();
    return why instanceof LogFullException && bytes > hub.options().memoryBytes() / 2;
  }

  void letTimePass(Duration by) {
    time.advance(by);
    // A store looks by itself.
    if (store != null || world.chance(50)) {
      hub.expire();
      if (store != null) {
        store.expire();
      }
      model.expired(time.millis());
      model.compare(hub);
    }
    trace.note("time passed: " + by);
  }

  void readHistory() {
    Subscription wanted = world.subscription();
    long after = random.nextLong(model.head() + 1);
    CompletableFuture<Hub.History> answer =
        hub.history(wanted, new Origin.After(new EventId(epoch, after)), Integer.MAX_VALUE);
    while (store != null && !answer.isDone()) {
      store.readNext();
    }
    Hub.History history = answer.join();
    List<Long> expected = new ArrayList<>();
    boolean must = false;
    for (ModelHub.Published event : model.matching(wanted, after, model.head())) {
      if (model.isRetained(event)) {
        expected.add(event.sequence());
      } else {
        must |= !event.isTransient();
      }
    }
    List<Long> got = history.events().stream().map(Event::id).map(EventId::sequence).toList();
    check(got.equals(expected), "history of " + wanted + " is " + got + ", not " + expected);
    check(!must || history.gap() != null, "history of " + wanted + " hides a gap");
  }

  void runSomeLoop() {
    ManualLoop loop = world.oneOf(loops);
    int tasks = 1 + random.nextInt(3);
    while (tasks-- > 0 && loop.hasTask()) {
      loop.runNext();
    }
  }

  /** Has the store answer, or give back bytes. Does nothing without one. */
  void runStore() {
    if (store == null) {
      return;
    }
    if (store.hasRead() && world.chance(80)) {
      store.readNext();
    } else if (racing || !(store.hasRead() || loops.stream().anyMatch(ManualLoop::hasTask))) {
      store.trim(world.channel());
    }
  }

  /** Has large data compressed that waits for it, or some of it. Returns whether there was any. */
  boolean compress(int atMost) {
    boolean any = !toCompress.isEmpty();
    for (int i = 0; i < atMost && !toCompress.isEmpty(); i++) {
      toCompress.remove().run();
    }
    return any;
  }

  /** Whether nothing has ever left the memory. */
  boolean neverCleaned() {
    if (store != null) {
      Entries oldest = new Entries();
      hub.log().window().read(0, 1, 1, oldest);
      return store.lost().isEmpty() && oldest.count() > 0 && oldest.sequence(0) == 1;
    }
    return hub.figures().log().cleanedSegments() == 0;
  }

  /** For each channel that isn't transient, the newest sequence whose bytes are gone. */
  Map<String, Long> lost() {
    return store == null ? model.lost(hub.log().window()) : store.lost();
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }
}
