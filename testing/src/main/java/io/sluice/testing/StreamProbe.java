package io.sluice.testing;

import io.sluice.client.Delivery;
import io.sluice.client.EventStream;
import io.sluice.client.Gap;
import io.sluice.client.Listening;
import io.sluice.client.ReceivedEvent;
import io.sluice.client.StreamEnd;
import io.sluice.client.StreamListener;
import io.sluice.client.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Listens to a stream in the background, and waits for what should come.
 *
 * <pre>{@code
 * probe.expect("order-shipped").within(ofSeconds(2)).withData("{\"order\":42}");
 * probe.expectNothingFor(ofMillis(200));
 * probe.expectGap().within(ofSeconds(2)).because(Gap.Reason.EVICTED);
 * }</pre>
 *
 * <p>Each delivery is expected once: what an expectation has found, the next ones don't find again.
 * What was not expected stays, and is in the message of an expectation that fails.
 *
 * <p>Thread-safe. Fields are guarded by the lock.
 */
public final class StreamProbe implements AutoCloseable {

  private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(10);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Delivery> unexpected = new ArrayList<>();
  private @Nullable StreamEnd end;
  private final Listening listening;

  private StreamProbe(EventStream stream, CountDownLatch connected) {
    listening =
        stream
            .observer(
                new StreamObserver() {
                  @Override
                  public void connected(Connected connection) {
                    connected.countDown();
                  }
                })
            .listen(new Intake());
  }

  /**
   * Begins to listen, and waits until the hub has said that it is connected.
   *
   * @param stream of a hub; its observer is the probe's
   * @throws AssertionError if that takes longer than 10 seconds
   */
  public static StreamProbe on(EventStream stream) {
    CountDownLatch connected = new CountDownLatch(1);
    StreamProbe probe = new StreamProbe(stream, connected);
    boolean inTime;
    try {
      inTime = connected.await(CONNECTS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      inTime = false;
    }
    if (!inTime) {
      probe.close();
      throw new AssertionError("the stream wasn't connected within " + CONNECTS_WITHIN);
    }
    return probe;
  }

  /**
   * Expects an event of a type. It waits when it is told how long: {@link Expectation#within}.
   *
   * @param type {@code message} is what has none
   */
  public Expectation<ExpectedEvent> expect(String type) {
    return new Expectation<>(
        this,
        "an event of type " + type,
        delivery -> delivery instanceof ReceivedEvent event && event.type().equals(type),
        delivery -> new ExpectedEvent((ReceivedEvent) delivery));
  }

  /** Expects to be told that events are missing; see {@link #expect}. */
  public Expectation<ExpectedGap> expectGap() {
    return new Expectation<>(
        this, "a gap", Gap.class::isInstance, delivery -> new ExpectedGap((Gap) delivery));
  }

  /**
   * Waits to see that nothing comes, and that nothing has come that wasn't expected.
   *
   * @throws AssertionError as soon as something does
   */
  public void expectNothingFor(Duration time) {
    Delivery delivery = find(time, any -> true);
    if (delivery != null) {
      throw new AssertionError("expected nothing for " + time + ", but there came " + delivery);
    }
  }

  /** What came and wasn't expected yet, in order. */
  public List<Delivery> unexpected() {
    lock.lock();
    try {
      return List.copyOf(unexpected);
    } finally {
      lock.unlock();
    }
  }

  /** The first that is so, taken out; null if there is none in that time. */
  @Nullable Delivery find(Duration time, Predicate<Delivery> wanted) {
    long nanos = time.toNanos();
    lock.lock();
    try {
      while (true) {
        for (Delivery delivery : unexpected) {
          if (wanted.test(delivery)) {
            unexpected.remove(delivery);
            return delivery;
          }
        }
        if (nanos <= 0 || end != null) {
          return null;
        }
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** What is known, for the message of an expectation that failed. */
  String state() {
    lock.lock();
    try {
      StringBuilder text = new StringBuilder();
      text.append(unexpected.isEmpty() ? "\nnothing came" : "\nthere came");
      unexpected.forEach(delivery -> text.append("\n  ").append(delivery));
      if (end != null) {
        text.append("\nand the stream is over: ").append(end);
      }
      return text.toString();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream. */
  @Override
  public void close() {
    listening.close();
  }

  /** What the stream's own thread calls. */
  private final class Intake implements StreamListener {

    @Override
    public void onEvent(ReceivedEvent event) {
      add(event);
    }

    @Override
    public void onGap(Gap gap) {
      add(gap);
    }

    @Override
    public void onEnd(StreamEnd reason) {
      lock.lock();
      try {
        end = reason;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private void add(Delivery delivery) {
      lock.lock();
      try {
        unexpected.add(delivery);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
