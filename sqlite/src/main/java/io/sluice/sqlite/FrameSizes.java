package io.sluice.sqlite;

import io.sluice.log.Framing;

/**
 * {@link Framing#headBytes} for sequences that grow: what doesn't change from one to the next is
 * worked out once.
 *
 * <p>One caller at a time.
 */
final class FrameSizes {

  private final Framing framing;

  // The size holds for sequences in between, at times with as many digits.
  private long from = 1;
  private long to;
  private int size;
  private int timeDigits;

  FrameSizes(Framing framing) {
    this.framing = framing;
  }

  int headBytes(long sequence, long timeMillis) {
    if (sequence < from || sequence > to || digits(timeMillis) != timeDigits) {
      size = framing.headBytes(sequence, timeMillis);
      timeDigits = digits(timeMillis);
      from = sequence;
      to = lastAlike(sequence);
    }
    return size;
  }

  /** The last one with as many digits, in the same life. */
  private long lastAlike(long sequence) {
    long last = 9;
    while (last < sequence && last < Long.MAX_VALUE / 10) {
      last = last * 10 + 9;
    }
    if (last < sequence) {
      last = Long.MAX_VALUE;
    }
    for (var life : framing.epochs().lives()) {
      if (life.fork() >= sequence) {
        last = Math.min(last, life.fork());
      }
    }
    return last;
  }

  private static int digits(long value) {
    int digits = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }
}
