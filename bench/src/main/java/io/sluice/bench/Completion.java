package io.sluice.bench;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * Which subscribers of a crowd have got all that they should, and since when.
 *
 * <p>Any thread; {@link #afterRead} in the subscriber's loop.
 */
final class Completion {

  private final RunClock clock;
  private final long events;

  /** When each subscriber was whole; 0 before. A slot is written by the loop of its subscriber. */
  private final int[] wholeAtMicros;

  private final AtomicInteger whole = new AtomicInteger();

  /**
   * @param events how many each should get
   */
  Completion(RunClock clock, int subscribers, long events) {
    this.clock = clock;
    this.events = events;
    this.wholeAtMicros = new int[subscribers];
  }

  void afterRead(Subscriber subscriber) {
    int number = subscriber.number();
    if (subscriber.receipts().received() == events && wholeAtMicros[number] == 0) {
      wholeAtMicros[number] = clock.micros();
      whole.incrementAndGet();
    }
  }

  /** How many are whole. */
  int whole() {
    return whole.get();
  }

  /** Waits until all are, or as long as is allowed: that some aren't is a result, not a failure. */
  void await(Duration atMost) {
    long deadline = clock.nanos() + atMost.toNanos();
    while (whole.get() < wholeAtMicros.length && clock.nanos() < deadline) {
      Pause.millis(1);
    }
  }

  /** How long it took those that are whole since then; when the loops are at rest. */
  Histogram after(int beganMicros) {
    Histogram after = Tally.latencies();
    for (int at : wholeAtMicros) {
      if (at > 0) {
        Tally.record(after, at - beganMicros);
      }
    }
    return after;
  }
}
