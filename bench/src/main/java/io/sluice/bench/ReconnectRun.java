package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;

/**
 * The storm after a cut: all subscribers are dropped at once, miss events, and all come back at
 * once with the id of the last event that they got.
 *
 * <p>It ends by itself: every phase is bounded by the plan.
 */
public final class ReconnectRun {

  private final ReconnectPlan plan;
  private final Appendable progress;
  private final LoadPlan load;
  private final RunClock clock = RunClock.start();
  private final ServerProcess server;
  private final Completion completion;

  private ReconnectRun(ReconnectPlan plan, Appendable progress) {
    this.plan = plan;
    this.progress = progress;
    this.load = plan.asLoad();
    this.server = LoadRun.serverOf(plan.target());
    this.completion =
        new Completion(clock, plan.audience().subscribers(), 1L + plan.missedEvents());
  }

  /**
   * Makes a run. Blocks until it is over, for four times the plan's bound at most.
   *
   * @param progress is told of each phase, a line at a time
   * @throws LoadException if subscribers can't connect, events aren't accepted, or the server goes
   *     away
   */
  public static ReconnectReport run(ReconnectPlan plan, Appendable progress) {
    return new ReconnectRun(plan, progress).run();
  }

  private ReconnectReport run() {
    int subscribers = plan.audience().subscribers();
    long residentBefore = server.residentBytes();
    try (Crowd crowd = new Crowd(load, clock, true)) {
      say("connecting %,d subscribers".formatted(subscribers));
      crowd.awaitStreaming(plan.atMost());
      PublisherLoop publisher = new PublisherLoop(load, crowd.runId(), clock);
      // One event for everyone: there are servers that give no id before.
      publisher.allow(1);
      publisher.begin(clock.nanos(), clock.nanos() + 4 * plan.atMost().toNanos());
      await(() -> crowd.received() >= subscribers, "not all subscribers got the first event");
      long residentConnected = server.residentBytes();

      say("dropping all, publishing %,d events".formatted(plan.missedEvents()));
      crowd.inLoops(SubscriberLoop::dropAll);
      await(() -> crowd.streaming() == 0, "not all connections could be closed");
      publisher.allow(1L + plan.missedEvents());
      await(() -> publisher.accepted() > plan.missedEvents(), "not all events were accepted");

      say("all come back");
      ProcessorTime used = ProcessorTime.of(server, clock);
      long began = clock.nanos();
      crowd.inLoops(
          loop -> {
            loop.afterRead(completion::afterRead);
            loop.subscribers().forEach(loop::open);
          });
      completion.await(plan.atMost());
      ProcessorTime resuming = ProcessorTime.of(server, clock).since(used);
      long residentAfter = server.residentBytes();
      publisher.stop();
      crowd.close();
      ServerCost cost =
          new ServerCost(
              resuming.serverMicros(),
              resuming.serverCores(),
              residentBefore,
              residentConnected,
              residentAfter);
      return new ReconnectReport(
          plan,
          completion.whole(),
          crowd.receipts().mapToLong(Receipts::duplicates).sum(),
          crowd.receipts().mapToLong(Receipts::outOfOrder).sum(),
          Percentiles.of(completion.after((int) (began / 1000))),
          server.known() ? cost : null,
          resuming.generatorCores());
    }
  }

  private void await(BooleanSupplier condition, String otherwise) {
    long deadline = clock.nanos() + plan.atMost().toNanos();
    while (!condition.getAsBoolean()) {
      if (clock.nanos() > deadline) {
        throw new LoadException(otherwise + " in " + plan.atMost().toSeconds() + " s");
      }
      Pause.millis(1);
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
