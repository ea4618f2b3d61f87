package io.sluice.bench;

import org.HdrHistogram.Histogram;

/**
 * What the subscribers of one loop measure together.
 *
 * <p>Confined to its loop; read by others after that has ended.
 */
final class Tally {

  /** Two digits: the figures vary more than 1 % from run to run, and the counts fit a cache. */
  private static final int DIGITS = 2;

  private static final long MAX_MICROS = 3_600_000_000L;

  private final int runId;
  private final Histogram latencyMicros = latencies();
  private int windowStartMicros = Integer.MAX_VALUE;
  private int windowEndMicros = Integer.MAX_VALUE;
  private int nowMicros;
  private long received;
  private long arrivedInWindow;

  /**
   * @param runId what this run's payloads are told from those of an earlier one by, 0 to 32767
   */
  Tally(int runId) {
    this.runId = runId;
  }

  /** An empty histogram of microseconds. */
  static Histogram latencies() {
    return new Histogram(1, MAX_MICROS, DIGITS);
  }

  /** Records a time that may be 0, or beyond what the histogram can hold. */
  static void record(Histogram micros, int value) {
    micros.recordValue(Math.clamp(value, 1, Integer.MAX_VALUE));
  }

  /** Measures the events that are due, or arrive, from the one time on and before the other. */
  void measure(int fromMicros, int untilMicros) {
    windowStartMicros = fromMicros;
    windowEndMicros = untilMicros;
  }

  /** When the bytes that are scanned next were read. */
  void now(int micros) {
    nowMicros = micros;
  }

  /**
   * Which publisher of this run a payload is from; negative or large where it isn't of this run.
   */
  int publisher(int inPayload) {
    return inPayload - (runId << 16);
  }

  void event(int scheduledMicros) {
    received++;
    boolean arrived = nowMicros >= windowStartMicros && nowMicros < windowEndMicros;
    if (arrived) {
      arrivedInWindow++;
    }
    // Both: what a server that is behind has got to by now was due long ago, and what was due in
    // time and comes only while draining mustn't be forgotten.
    boolean wasDue = scheduledMicros >= windowStartMicros && scheduledMicros < windowEndMicros;
    if (arrived || wasDue) {
      record(latencyMicros, nowMicros - scheduledMicros);
    }
  }

  /** Events received by all subscribers of the loop, duplicates included. */
  long received() {
    return received;
  }

  /** Events received within the window, whenever they were due. */
  long arrivedInWindow() {
    return arrivedInWindow;
  }

  /** {@link #latencyMicros} so far; begins anew with that. */
  Histogram takeLatencyMicros() {
    Histogram taken = latencyMicros.copy();
    latencyMicros.reset();
    return taken;
  }

  /** From when an event was due until it was read, for events due or read within the window. */
  Histogram latencyMicros() {
    return latencyMicros;
  }
}
