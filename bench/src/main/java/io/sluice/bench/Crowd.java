package io.sluice.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * All subscribers of a run and the threads that read for them.
 *
 * <p>One caller at a time. What the subscribers received is known after {@link #close()}.
 */
final class Crowd implements AutoCloseable {

  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(10);

  private final LoadPlan plan;
  private final int runId;
  private final List<SubscriberLoop> loops = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Starts connecting, for payloads of a run of its own.
   *
   * @param resuming whether subscribers keep their last ids
   */
  Crowd(LoadPlan plan, RunClock clock, boolean resuming) {
    this(plan, clock, resuming, ThreadLocalRandom.current().nextInt(1, 1 << 15));
  }

  /** The same for payloads that are marked with this. */
  Crowd(LoadPlan plan, RunClock clock, boolean resuming, int runId) {
    this.plan = plan;
    this.runId = runId;
    Audience audience = plan.audience();
    Endpoint endpoint = Endpoint.of(plan.target().subscribeUrl());
    RequestTemplate request = RequestTemplate.subscribing(plan.target());
    int connecting = Math.max(1, audience.connecting() / audience.threads());
    for (int i = 0; i < audience.threads(); i++) {
      loops.add(new SubscriberLoop(endpoint, request, connecting, clock, new Tally(runId)));
    }
    for (int number = 0; number < audience.subscribers(); number++) {
      SubscriberLoop loop = loops.get(number % loops.size());
      Subscriber subscriber = new Subscriber(number, plan, loop.tally(), resuming);
      loop.subscribers().add(subscriber);
      loop.open(subscriber);
    }
    for (SubscriberLoop loop : loops) {
      threads.add(Thread.ofPlatform().name("subscribers").daemon().start(loop));
    }
  }

  /** What the payloads of this run are marked with. */
  int runId() {
    return runId;
  }

  /**
   * Waits until all are connected.
   *
   * @throws LoadException if they aren't in time; it says how many are, and why
   */
  void awaitStreaming(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (streaming() < plan.audience().subscribers()) {
      if (ended() > 0 || System.nanoTime() > deadline) {
        throw new LoadException(
            "%d of %d subscribers are connected after at most %d s%s"
                .formatted(
                    streaming(), plan.audience().subscribers(), atMost.toSeconds(), failures()));
      }
      Pause.millis(5);
    }
  }

  /** Runs this in each loop, for each of its subscribers. */
  void forEach(Consumer<Subscriber> action) {
    loops.forEach(loop -> loop.execute(() -> loop.subscribers().forEach(action)));
  }

  /** Runs this in each loop, and returns when all have. */
  void inLoops(Consumer<SubscriberLoop> action) {
    CompletableFuture.allOf(
            loops.stream()
                .map(loop -> CompletableFuture.runAsync(() -> action.accept(loop), loop::execute))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  int streaming() {
    return loops.stream().mapToInt(SubscriberLoop::streaming).sum();
  }

  int ended() {
    return loops.stream().mapToInt(SubscriberLoop::ended).sum();
  }

  /** Events received so far; a little behind. */
  long received() {
    return loops.stream().mapToLong(SubscriberLoop::received).sum();
  }

  /** After {@link #close()}. */
  Stream<Receipts> receipts() {
    return loops.stream().flatMap(loop -> loop.subscribers().stream()).map(Subscriber::receipts);
  }

  /** After {@link #close()}. */
  long arrivedInWindow() {
    return loops.stream().mapToLong(loop -> loop.tally().arrivedInWindow()).sum();
  }

  /** After {@link #close()}. */
  Histogram latencyMicros() {
    Histogram all = Tally.latencies();
    loops.forEach(loop -> all.add(loop.tally().latencyMicros()));
    return all;
  }

  /** What was measured so far; all begin anew with that. */
  Histogram takeLatencyMicros() {
    Histogram all = Tally.latencies();
    // One loop after the other: the caller waits for each.
    for (SubscriberLoop loop : loops) {
      all.add(
          CompletableFuture.supplyAsync(() -> loop.tally().takeLatencyMicros(), loop::execute)
              .join());
    }
    return all;
  }

  @Override
  public void close() {
    loops.forEach(SubscriberLoop::stop);
    for (Thread thread : threads) {
      Pause.join(thread, PATIENCE_AT_CLOSE);
    }
  }

  private String failures() {
    return loops.stream()
        .map(SubscriberLoop::failure)
        .filter(failure -> failure != null)
        .findAny()
        .map(failure -> ": " + failure.getMessage())
        .orElse("");
  }
}
