package io.sluice.bench;

import java.time.Duration;

/** Waiting, where an interruption ends the run. */
final class Pause {

  private Pause() {}

  static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LoadException("interrupted", e);
    }
  }

  /** Waits for the end of a thread. */
  static void join(Thread thread, Duration atMost) {
    try {
      if (!thread.join(atMost)) {
        throw new LoadException(
            "the thread \"" + thread.getName() + "\" didn't end in " + atMost.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LoadException("interrupted", e);
    }
  }
}
