package io.sluice.cli;

import java.time.Duration;

/** Waits between attempts; tests let no time pass. */
@FunctionalInterface
interface Pause {

  /** Returns when the time has passed. */
  void of(Duration time) throws InterruptedException;
}
