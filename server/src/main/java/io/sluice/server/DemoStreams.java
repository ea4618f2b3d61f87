package io.sluice.server;

import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import io.sluice.hub.HubFigures;
import io.sluice.server.DemoMetrics.HubCounts;
import io.sluice.server.DemoMetrics.Machine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live streams that a hub has out of the box, so that there is something to see: {@code
 * stocks/<symbol>}, {@code system/metrics} and {@code notifications/all}. They are published as any
 * program would publish them, each at its own interval, from one thread of their own.
 *
 * <p>An interval is counted from the start, not from the last event, so that a stream keeps its
 * pace; what a long pause has skipped is skipped, not made up for. A stream that fails says so in
 * the log once, and goes on trying.
 *
 * <p>Thread-safe.
 */
public final class DemoStreams implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DemoStreams.class);

  private final Timer timer;
  private final InstantSource clock;
  private final Consumer<List<Publication>> publisher;
  private volatile boolean closed;

  DemoStreams(Timer timer, InstantSource clock, Consumer<List<Publication>> publisher) {
    this.timer = timer;
    this.clock = clock;
    this.publisher = publisher;
  }

  /**
   * Starts the three streams on a thread of their own.
   *
   * @param hub publishes them, and tells its figures for {@code system/metrics}
   * @param settings their intervals
   */
  static DemoStreams start(Hub hub, DemoSettings settings) {
    DemoStreams streams =
        new DemoStreams(
            new ThreadTimer(), InstantSource.system(), events -> hub.publish(events, null).join());
    streams.add("stocks", new DemoStocks(new SplittableRandom()), settings.stocks());
    streams.add("metrics", new DemoMetrics(Machine.here(), () -> counts(hub)), settings.metrics());
    streams.add(
        "notifications", new DemoNotifications(new SplittableRandom()), settings.notifications());
    return streams;
  }

  private static HubCounts counts(Hub hub) {
    HubFigures figures = hub.figures();
    return new HubCounts(figures.streams(), figures.published(), figures.delivered());
  }

  /** Begins to publish a source's events, the first ones at once. */
  void add(String name, DemoSource source, Duration interval) {
    Stream stream = new Stream(name, source, interval.toNanos(), timer.nanoTime());
    timer.schedule(stream, 0);
  }

  /** Stops for good. An event that is being published at this moment may still come. */
  @Override
  public void close() {
    closed = true;
    timer.close();
  }

  /** Runs tasks later, one at a time. */
  interface Timer extends AutoCloseable {

    /** Nanoseconds from some moment on, as {@link System#nanoTime()}. */
    long nanoTime();

    /** Runs the task after the delay; never again after {@link #close()}. */
    void schedule(Runnable task, long delayNanos);

    @Override
    void close();
  }

  /** A timer with a daemon thread: it keeps nobody from stopping. */
  private static final class ThreadTimer implements Timer {

    // Closed between two events, it drops the one that would have come next.
    private final ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> Thread.ofPlatform().name("sluice-demo").daemon().unstarted(task),
            new ThreadPoolExecutor.DiscardPolicy());

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
      thread.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
      thread.shutdownNow();
    }
  }

  /** One stream's schedule. Confined to the timer's thread. */
  private final class Stream implements Runnable {

    private final String name;
    private final DemoSource source;
    private final long intervalNanos;
    private final long startNanos;
    private boolean failing;

    Stream(String name, DemoSource source, long intervalNanos, long startNanos) {
      this.name = name;
      this.source = source;
      this.intervalNanos = intervalNanos;
      this.startNanos = startNanos;
    }

    @Override
    public void run() {
      if (closed) {
        return;
      }
      publish();
      if (!closed) {
        long since = timer.nanoTime() - startNanos;
        timer.schedule(this, intervalNanos - since % intervalNanos);
      }
    }

    private void publish() {
      try {
        List<Publication> events = source.next(clock.instant());
        if (!events.isEmpty()) {
          publisher.accept(events);
        }
        if (failing) {
          failing = false;
          log.info("The demo stream {} works again", name);
        }
      } catch (RuntimeException e) {
        if (!failing && !closed) {
          failing = true;
          log.warn("The demo stream {} fails; it goes on trying", name, e);
        }
      }
    }
  }
}
