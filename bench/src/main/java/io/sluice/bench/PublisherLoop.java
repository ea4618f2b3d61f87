package io.sluice.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One thread that publishes the events of a run over all its publishers.
 *
 * <p>Begin it with {@link #begin}; it ends by itself when its time is over and the last answer
 * came, or at {@link #stop()}. What it measured may be read after that, except for the counters,
 * which any thread may read.
 */
final class PublisherLoop implements Runnable {

  /** Below this, waiting by a selector would be too coarse: it counts in milliseconds. */
  private static final long SELECTABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** How late an answer may be noticed while the next event is waited for precisely. */
  private static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

  private static final int SELECT_MILLIS = 100;
  private static final int ANSWER_BYTES = 64 * 1024;

  private final LoadPlan plan;
  private final RunClock clock;
  private final Selector selector;
  private final ByteBuffer answer =
      ByteBuffer.allocateDirect(ANSWER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ArrayDeque<Publisher> idle = new ArrayDeque<>();
  private final SplittableRandom channels = new SplittableRandom(1);
  private final boolean flatOut;
  private final double nanosPerEvent;
  private final int batch;

  // Set before the thread starts.
  private long beginNanos;
  private int windowStartMicros;

  // The loop's own.
  private final Histogram answerMicros = Tally.latencies();
  private long sent;
  private int unanswered;
  private long acceptedInWindow;
  private long refused;
  private long broken;

  // Any thread.
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong expected = new AtomicLong();
  private volatile long maxEvents = Long.MAX_VALUE;
  private volatile long endNanos;
  private volatile boolean stopped;
  private volatile @Nullable Exception failure;

  /** Connects all publishers, and waits for it. */
  PublisherLoop(LoadPlan plan, int runId, RunClock clock) {
    this.plan = plan;
    this.clock = clock;
    Publishing publishing = plan.publishing();
    this.flatOut = publishing.pace() instanceof Pace.FlatOut;
    this.nanosPerEvent =
        publishing.pace() instanceof Pace.AtRate rate ? 1e9 / rate.eventsPerSecond() : 0;
    Endpoint endpoint = Endpoint.of(plan.target().publishUrl());
    this.batch = publishing.batch();
    RequestTemplate template =
        RequestTemplate.publishing(plan.target(), publishing.payloadBytes(), batch);
    try {
      selector = Selector.open();
      for (int number = 0; number < publishing.publishers(); number++) {
        new Publisher(number, runId, endpoint, template, plan).connect(selector);
      }
      awaitConnected();
    } catch (IOException e) {
      throw new LoadException("the publishers can't connect: " + e.getMessage(), e);
    }
  }

  /**
   * Starts publishing.
   *
   * @param windowStartNanos from when on it is measured
   * @param endNanos when the last event is due
   */
  Thread begin(long windowStartNanos, long endNanos) {
    this.beginNanos = clock.nanos();
    this.windowStartMicros = (int) (windowStartNanos / 1000);
    this.endNanos = endNanos;
    return Thread.ofPlatform().name("publishers").daemon().start(this);
  }

  /** Lets it publish up to this many events since its start. */
  void allow(long events) {
    maxEvents = events;
    selector.wakeup();
  }

  /** Publishes nothing more; the thread ends with the last answer. */
  void end() {
    endNanos = clock.nanos();
    selector.wakeup();
  }

  /** Ends without waiting for answers. */
  void stop() {
    stopped = true;
    selector.wakeup();
  }

  /** Events answered with a status of 2xx. */
  long accepted() {
    return accepted.get();
  }

  /** Deliveries that all accepted events should become. */
  long expected() {
    return expected.get();
  }

  /** Events answered with another status. */
  long refused() {
    return refused;
  }

  /** Events whose connection ended instead of an answer: nobody knows whether they count. */
  long broken() {
    return broken;
  }

  /** Events still without an answer at the end. */
  int unanswered() {
    return unanswered;
  }

  /** Events that were due and never sent, because all publishers waited for answers. */
  long unsent() {
    return flatOut ? 0 : Math.max(0, (long) ((endNanos - beginNanos) / nanosPerEvent) - sent);
  }

  /** Events accepted within the window. */
  long acceptedInWindow() {
    return acceptedInWindow;
  }

  /**
   * From when a request was due until its answer was read; from when it was sent where publishers
   * go flat out. For requests due or answered within the window.
   */
  Histogram answerMicros() {
    return answerMicros;
  }

  /** Why the loop or a connection failed, the latest; null where none did. */
  @Nullable Exception failure() {
    return failure;
  }

  @Override
  public void run() {
    try {
      while (!stopped && (clock.nanos() < endNanos || unanswered > 0)) {
        publishDue();
        await();
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
  }

  private void awaitConnected() throws IOException {
    long deadline = System.nanoTime() + plan.phases().connect().toNanos();
    while (idle.size() < plan.publishing().publishers()) {
      if (failure != null || System.nanoTime() > deadline) {
        throw new IOException(
            failure == null ? "not in " + plan.phases().connect() : failure.getMessage());
      }
      selector.select(this::ready, SELECT_MILLIS);
    }
  }

  private boolean mayPublish() {
    return sent < maxEvents && clock.nanos() < endNanos && dueNanos() < endNanos;
  }

  /** When the next event is due: the schedule never waits for the server. */
  private long dueNanos() {
    return flatOut ? beginNanos : beginNanos + (long) (sent * nanosPerEvent);
  }

  private void publishDue() {
    while (!idle.isEmpty() && mayPublish() && dueNanos() <= clock.nanos()) {
      publish(idle.remove());
    }
  }

  private void publish(Publisher publisher) {
    int nowMicros = clock.micros();
    int scheduledMicros = flatOut ? nowMicros : (int) (dueNanos() / 1000);
    int count = plan.audience().channels();
    sent += batch;
    unanswered += batch;
    try {
      publisher.send(count == 1 ? 0 : channels.nextInt(count), scheduledMicros, nowMicros);
    } catch (IOException e) {
      lost(publisher, e);
    }
  }

  private void await() throws IOException {
    long wait = idle.isEmpty() || !mayPublish() ? Long.MAX_VALUE : dueNanos() - clock.nanos();
    if (wait >= SELECTABLE_NANOS) {
      long millis = Math.min(SELECT_MILLIS, TimeUnit.NANOSECONDS.toMillis(wait) - 1);
      selector.select(this::ready, millis);
    } else {
      if (wait > 0) {
        LockSupport.parkNanos(unanswered > 0 ? Math.min(wait, SLICE_NANOS) : wait);
      }
      selector.selectNow(this::ready);
    }
  }

  private void ready(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    Publisher publisher = (Publisher) key.attachment();
    if (key.isConnectable()) {
      connected(publisher);
      return;
    }
    try {
      if (key.isWritable()) {
        publisher.write();
      }
      ResponseHead head = key.isReadable() ? publisher.read(answer) : null;
      if (head != null) {
        answered(publisher, head);
      }
    } catch (IOException | MalformedResponseException e) {
      lost(publisher, e);
    }
  }

  private void connected(Publisher publisher) {
    try {
      if (publisher.finishConnect()) {
        idle.add(publisher);
      }
    } catch (IOException e) {
      failure = e; // the others go on without it
    }
  }

  private void answered(Publisher publisher, ResponseHead head) throws IOException {
    int nowMicros = clock.micros();
    unanswered -= batch;
    if (head.status() / 100 == 2) {
      accepted.lazySet(accepted.get() + batch);
      expected.lazySet(expected.get() + (long) batch * plan.audience().on(publisher.channel()));
      count(publisher, nowMicros);
    } else {
      refused += batch;
    }
    if (head.closes()) {
      publisher.close();
      publisher.connect(selector);
    } else if (flatOut && mayPublish()) {
      publish(publisher);
    } else {
      idle.add(publisher);
    }
  }

  private void count(Publisher publisher, int nowMicros) {
    int endMicros = (int) (endNanos / 1000);
    boolean inWindow = nowMicros >= windowStartMicros && nowMicros < endMicros;
    if (inWindow) {
      acceptedInWindow += batch;
    }
    if (inWindow || publisher.scheduledMicros() >= windowStartMicros) {
      int from = flatOut ? publisher.sentMicros() : publisher.scheduledMicros();
      Tally.record(answerMicros, nowMicros - from);
    }
  }

  /** Events in flight are of unknown fate; the publisher goes on over a new connection. */
  private void lost(Publisher publisher, Exception reason) {
    failure = reason;
    if (publisher.awaitingAnswer()) {
      broken += batch;
      unanswered -= batch;
    } else {
      idle.remove(publisher);
    }
    try {
      publisher.close();
      publisher.connect(selector);
    } catch (IOException e) {
      failure = e;
    }
  }
}
