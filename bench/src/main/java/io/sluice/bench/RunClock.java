package io.sluice.bench;

/** Time since the start of a run. Immutable; thread-safe. */
record RunClock(long originNanos) {

  static RunClock start() {
    return new RunClock(System.nanoTime());
  }

  long nanos() {
    return System.nanoTime() - originNanos;
  }

  int micros() {
    return (int) (nanos() / 1000);
  }
}
