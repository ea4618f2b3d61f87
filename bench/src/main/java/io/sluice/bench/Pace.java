package io.sluice.bench;

/** When events are published. */
public sealed interface Pace {

  /**
   * At set times, whatever the server does: latencies count from when an event was due, so that a
   * server that makes its publishers wait has that wait in its figures.
   *
   * @param eventsPerSecond of all publishers together
   */
  record AtRate(double eventsPerSecond) implements Pace {

    /** Checks the rate. */
    public AtRate {
      if (!(eventsPerSecond > 0)) {
        throw new IllegalArgumentException("a rate of " + eventsPerSecond + " events/s");
      }
    }
  }

  /** Each publisher as soon as its last event was answered. */
  record FlatOut() implements Pace {}
}
