package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What long-ago events cost the live ones: many clients ask at once for the whole past of a channel
 * while another channel's subscribers get theirs as they come.
 *
 * <p>It ends by itself: every phase is bounded by the plan.
 */
public final class ReplayRun {

  /** What was due just before one window shouldn't arrive in the next. */
  private static final Duration SETTLE = Duration.ofMillis(500);

  private final ReplayPlan plan;
  private final Appendable progress;
  private final RunClock clock = RunClock.start();
  private final ServerProcess server;
  private final int pastRunId = ThreadLocalRandom.current().nextInt(1, 1 << 15);

  private ReplayRun(ReplayPlan plan, Appendable progress) {
    this.plan = plan;
    this.progress = progress;
    this.server = LoadRun.serverOf(plan.target());
  }

  /**
   * Makes a run. Blocks until it is over, for the sum of the plan's phases and four times its bound
   * on the replay at most.
   *
   * @param progress is told of each phase, a line at a time
   * @throws LoadException if subscribers can't connect, events aren't accepted, or the server goes
   *     away
   */
  public static ReplayReport run(ReplayPlan plan, Appendable progress) {
    return new ReplayRun(plan, progress).run();
  }

  private ReplayReport run() {
    ReplayPlan.Past past = plan.past();
    say("publishing %,d events to replay, and what comes after them".formatted(past.events()));
    publish(plan.replay(), pastRunId, past.events());
    publish(plan.later(), 0, past.laterEvents());
    long residentBefore = server.residentBytes();
    try (Crowd crowd = new Crowd(plan.live(), clock, false)) {
      crowd.awaitStreaming(plan.phases().connect());
      PublisherLoop publishers = new PublisherLoop(plan.live(), crowd.runId(), clock);
      Pause.millis(SETTLE.toMillis());
      long windowStart = clock.nanos() + plan.phases().warmUp().toNanos();
      Thread publishing =
          publishers.begin(windowStart, windowStart + Duration.ofMinutes(30).toNanos());
      say("warming up for %d s".formatted(plan.phases().warmUp().toSeconds()));
      Pause.millis(plan.phases().warmUp().toMillis());

      // The first replay of a process meets code that was never compiled: it has figures of its
      // own.
      Replayed first = replay(crowd);
      say("measuring for %d s".formatted(plan.phases().window().toSeconds()));
      long residentLive = server.residentBytes();
      int quietFrom = clock.micros();
      measure(crowd, quietFrom, Integer.MAX_VALUE);
      Pause.millis(plan.phases().window().toMillis());
      Percentiles undisturbed = latencies(crowd, quietFrom);

      Replayed replayed = replay(crowd);
      long residentAfter = server.residentBytes();
      long deadline = clock.nanos() + plan.phases().drain().toNanos();
      publishers.end();
      Pause.join(publishing, plan.phases().drain());
      while (crowd.received() < publishers.expected() && clock.nanos() < deadline) {
        Pause.millis(5);
      }
      int ended = crowd.ended();
      crowd.close();
      ProcessorTime used = replayed.used;
      return new ReplayReport(
          plan,
          new ReplayReport.First(first.outcome, first.live),
          replayed.outcome,
          undisturbed,
          replayed.live,
          Math.max(0, publishers.expected() - crowd.received()),
          crowd.receipts().mapToLong(r -> r.duplicates() + r.outOfOrder()).sum(),
          ended,
          new ServerCost(
              used.serverMicros(), used.serverCores(), residentBefore, residentLive, residentAfter),
          used.generatorCores());
    }
  }

  /** The replay, and what the live subscribers had meanwhile. */
  private record Replayed(ReplayReport.Outcome outcome, Percentiles live, ProcessorTime used) {}

  private Replayed replay(Crowd live) {
    LoadPlan replay = plan.replay();
    int clients = plan.past().clients();
    say("replaying");
    ProcessorTime before = ProcessorTime.of(server, clock);
    int from = clock.micros();
    measure(live, from, Integer.MAX_VALUE);
    Completion completion = new Completion(clock, clients, plan.past().events());
    try (Crowd crowd = new Crowd(replay, clock, false, pastRunId)) {
      crowd.inLoops(loop -> loop.afterRead(completion::afterRead));
      completion.await(plan.phases().drain());
      ProcessorTime used = ProcessorTime.of(server, clock).since(before);
      Percentiles meanwhile = latencies(live, from);
      crowd.close();
      return new Replayed(
          new ReplayReport.Outcome(
              completion.whole(),
              crowd.received(),
              crowd.receipts().mapToLong(Receipts::duplicates).sum(),
              crowd.receipts().mapToLong(Receipts::outOfOrder).sum(),
              Percentiles.of(completion.after(from))),
          meanwhile,
          used);
    }
  }

  private static void measure(Crowd crowd, int fromMicros, int untilMicros) {
    crowd.inLoops(loop -> loop.tally().measure(fromMicros, untilMicros));
  }

  /** Ends a window; answers the latencies of what was due or arrived in it, and forgets them. */
  private Percentiles latencies(Crowd crowd, int fromMicros) {
    measure(crowd, fromMicros, clock.micros());
    Pause.millis(SETTLE.toMillis());
    return Percentiles.of(crowd.takeLatencyMicros());
  }

  private void publish(LoadPlan load, int runId, int events) {
    PublisherLoop publishers = new PublisherLoop(load, runId, clock);
    publishers.allow(events);
    long end = clock.nanos() + load.phases().window().toNanos();
    Thread thread = publishers.begin(clock.nanos(), end);
    while (publishers.accepted() < events) {
      if (clock.nanos() > end || !thread.isAlive()) {
        Exception failure = publishers.failure();
        throw new LoadException(
            "%,d of %,d events were accepted in %d s%s"
                .formatted(
                    publishers.accepted(),
                    events,
                    load.phases().window().toSeconds(),
                    failure == null ? "" : ": " + failure.getMessage()));
      }
      Pause.millis(1);
    }
    publishers.stop();
    Pause.join(thread, plan.phases().drain());
  }

  private void say(String line) {
    try {
      progress.append(line).append('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
