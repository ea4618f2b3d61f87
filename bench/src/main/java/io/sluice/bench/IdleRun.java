package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Subscribers that only stay connected, to see what they cost in memory and heartbeats.
 *
 * <p>It ends by itself: every phase is bounded by the plan.
 */
public final class IdleRun {

  private IdleRun() {}

  /**
   * Makes a run. Blocks until it is over.
   *
   * @param progress is told of each phase, a line at a time; after the line that begins with
   *     "holding" all subscribers are connected
   * @throws LoadException if subscribers can't connect, or the server isn't known or goes away
   */
  public static IdleReport run(IdlePlan plan, Appendable progress) {
    ServerProcess server = LoadRun.serverOf(plan.target());
    if (!server.known()) {
      throw new LoadException("no process of the server is known: nothing can be measured");
    }
    RunClock clock = RunClock.start();
    long residentBefore = server.residentBytes();
    try (Idlers idlers = Idlers.connecting(plan, clock)) {
      idlers.awaitStreaming();
      say(progress, "holding %d s".formatted(plan.hold().toSeconds()));
      long residentConnected = server.residentBytes();
      ProcessorTime used = ProcessorTime.of(server, clock);
      Pause.millis(plan.hold().toMillis());
      ProcessorTime holding = ProcessorTime.of(server, clock).since(used);
      ServerCost cost =
          new ServerCost(
              holding.serverMicros(),
              holding.serverCores(),
              residentBefore,
              residentConnected,
              server.residentBytes());
      return new IdleReport(plan, idlers.ended(), cost);
    }
  }

  private static void say(Appendable progress, String line) {
    try {
      progress.append(line).append('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The subscribers of an idle run, over one protocol or the other. */
  private sealed interface Idlers extends AutoCloseable {

    static Idlers connecting(IdlePlan plan, RunClock clock) {
      return plan.streamsPerConnection() == 0
          ? new OverHttp1(plan, new Crowd(plan.asLoad(), clock, false))
          : OverHttp2.connecting(plan);
    }

    void awaitStreaming();

    int ended();

    @Override
    void close();
  }

  private record OverHttp1(IdlePlan plan, Crowd crowd) implements Idlers {

    @Override
    public void awaitStreaming() {
      crowd.awaitStreaming(plan.connect());
    }

    @Override
    public int ended() {
      return crowd.ended();
    }

    @Override
    public void close() {
      crowd.close();
    }
  }

  private record OverHttp2(IdlePlan plan, List<Http2Connection> connections) implements Idlers {

    static OverHttp2 connecting(IdlePlan plan) {
      List<Http2Connection> connections = new ArrayList<>();
      int subscribers = plan.audience().subscribers();
      for (int first = 0; first < subscribers; first += plan.streamsPerConnection()) {
        int streams = Math.min(plan.streamsPerConnection(), subscribers - first);
        Http2Connection connection = new Http2Connection(plan, first, streams);
        Thread.ofVirtual().start(connection);
        connections.add(connection);
      }
      return new OverHttp2(plan, connections);
    }

    @Override
    public void awaitStreaming() {
      long deadline = System.nanoTime() + plan.connect().toNanos();
      int streaming = 0;
      while (streaming < plan.audience().subscribers()) {
        if (ended() > 0 || System.nanoTime() > deadline) {
          throw new LoadException(
              "%d of %d streams are open, %d ended%s"
                  .formatted(streaming, plan.audience().subscribers(), ended(), failures()));
        }
        Pause.millis(5);
        streaming = connections.stream().mapToInt(Http2Connection::streaming).sum();
      }
    }

    @Override
    public int ended() {
      return connections.stream().mapToInt(Http2Connection::ended).sum();
    }

    @Override
    public void close() {
      connections.forEach(Http2Connection::close);
    }

    private String failures() {
      return connections.stream()
          .map(Http2Connection::failure)
          .filter(failure -> failure != null)
          .findAny()
          .map(failure -> ": " + failure.getMessage())
          .orElse("");
    }
  }
}
