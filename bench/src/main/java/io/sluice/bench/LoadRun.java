package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * One run: subscribers connect, publishers publish, what arrives is checked and measured.
 *
 * <p>It ends by itself: every phase is bounded by the plan. It uses one thread for publishing and
 * as many for reading as the plan says, beside the caller's.
 */
public final class LoadRun {

  /** Streams whose server knows of them only some time after it sent the head get this time. */
  private static final Duration SETTLE = Duration.ofMillis(500);

  /** Nothing more is expected to arrive where nothing has for so long. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private final LoadPlan plan;
  private final Appendable progress;
  private final RunClock clock = RunClock.start();
  private final ServerProcess server;

  private LoadRun(LoadPlan plan, Appendable progress) {
    this.plan = plan;
    this.progress = progress;
    this.server = serverOf(plan.target());
  }

  /**
   * Makes a run. Blocks until it is over, for the sum of the plan's phases at most.
   *
   * @param progress is told of each phase, a line at a time
   * @throws LoadException if subscribers or publishers can't connect, or the server goes away
   */
  public static LoadReport run(LoadPlan plan, Appendable progress) {
    return new LoadRun(plan, progress).run();
  }

  /** The processes of a target. */
  static ServerProcess serverOf(Target target) {
    return target.processes().isEmpty()
        ? ServerProcess.listeningOn(Endpoint.of(target.subscribeUrl()).port())
        : new ServerProcess(target.processes());
  }

  private LoadReport run() {
    long residentBefore = server.residentBytes();
    try (Crowd crowd = new Crowd(plan, clock, false)) {
      say("connecting %,d subscribers".formatted(plan.audience().subscribers()));
      crowd.awaitStreaming(plan.phases().connect());
      PublisherLoop publishers = new PublisherLoop(plan, crowd.runId(), clock);
      Pause.millis(SETTLE.toMillis());
      long residentConnected = server.residentBytes();

      long begin = clock.nanos();
      long windowStart = begin + plan.phases().warmUp().toNanos();
      long windowEnd = windowStart + plan.phases().window().toNanos();
      crowd.inLoops(
          loop -> loop.tally().measure((int) (windowStart / 1000), (int) (windowEnd / 1000)));
      Thread publishing = publishers.begin(windowStart, windowEnd);
      say("warming up for %d s".formatted(plan.phases().warmUp().toSeconds()));
      sleepUntil(windowStart);
      say("measuring for %d s".formatted(plan.phases().window().toSeconds()));
      ProcessorTime used = ProcessorTime.of(server, clock);
      sleepUntil(windowEnd);
      ProcessorTime inWindow = ProcessorTime.of(server, clock).since(used);
      int ended = crowd.ended();
      drain(crowd, publishers, publishing);
      long residentAfter = server.residentBytes();
      crowd.close();
      ServerCost cost =
          new ServerCost(
              inWindow.serverMicros(),
              inWindow.serverCores(),
              residentBefore,
              residentConnected,
              residentAfter);
      return report(crowd, publishers, cost, ended, inWindow.generatorCores());
    }
  }

  private void drain(Crowd crowd, PublisherLoop publishers, Thread publishing) {
    long deadline = clock.nanos() + plan.phases().drain().toNanos();
    long seen = -1;
    long seenAt = clock.nanos();
    while (clock.nanos() < deadline) {
      boolean answered = !publishing.isAlive();
      long received = crowd.received();
      if (answered && received >= publishers.expected()) {
        break;
      }
      if (received != seen || !answered) {
        seen = received;
        seenAt = clock.nanos();
      } else if (clock.nanos() - seenAt > SILENCE.toNanos()) {
        break;
      }
      Pause.millis(5);
    }
    publishers.stop();
    Pause.join(publishing, plan.phases().drain());
  }

  private LoadReport report(
      Crowd crowd, PublisherLoop publishers, ServerCost cost, int ended, double generatorCores) {
    double seconds = plan.phases().window().toNanos() / 1e9;
    Publishes publishes =
        new Publishes(
            plan.publishing().pace() instanceof Pace.AtRate rate ? rate.eventsPerSecond() : 0,
            publishers.acceptedInWindow() / seconds,
            publishers.acceptedInWindow(),
            publishers.accepted(),
            publishers.refused(),
            publishers.unanswered() + publishers.broken(),
            publishers.unsent(),
            Percentiles.of(publishers.answerMicros()));
    Deliveries deliveries =
        new Deliveries(
            crowd.arrivedInWindow() / seconds,
            crowd.arrivedInWindow(),
            publishers.expected(),
            crowd.receipts().mapToLong(Receipts::received).sum(),
            crowd.receipts().mapToLong(Receipts::duplicates).sum(),
            crowd.receipts().mapToLong(Receipts::outOfOrder).sum(),
            ended,
            Percentiles.of(crowd.latencyMicros()));
    return new LoadReport(
        plan, publishes, deliveries, server.known() ? cost : null, generatorCores);
  }

  private void sleepUntil(long nanos) {
    for (long left = nanos - clock.nanos(); left > 0; left = nanos - clock.nanos()) {
      Pause.millis(left / 1_000_000 + 1);
    }
  }

  private void say(String line) {
    try {
      progress.append(line).append('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
