package io.sluice.log;

import java.time.InstantSource;

/**
 * How a log in memory, or the window on a stored one, is set up.
 *
 * <p>Immutable.
 *
 * @param epochs the lives of the log, the present one last
 * @param memoryBytes the budget for frames, indexes and channels together
 * @param rules how far back resumes reach
 * @param timeLines whether frames carry a {@code time:} line
 * @param clock gives events their times
 */
public record LogOptions(
    Epochs epochs, long memoryBytes, RetentionRules rules, boolean timeLines, InstantSource clock) {

  /** The smallest budget: below it there aren't enough segments to clean. */
  public static final long MIN_MEMORY_BYTES = 1 << 20;

  /** For a log whose life begins. */
  public LogOptions(
      String epoch,
      long memoryBytes,
      RetentionRules rules,
      boolean timeLines,
      InstantSource clock) {
    this(Epochs.first(epoch), memoryBytes, rules, timeLines, clock);
  }

  public LogOptions {
    if (memoryBytes < MIN_MEMORY_BYTES) {
      throw new IllegalArgumentException(
          "memory must be at least " + MIN_MEMORY_BYTES + " bytes: " + memoryBytes);
    }
  }
}
