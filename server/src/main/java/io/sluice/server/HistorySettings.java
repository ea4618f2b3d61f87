package io.sluice.server;

import io.sluice.log.RetentionRules;

/**
 * What is kept, where and for how long.
 *
 * <p>Immutable.
 *
 * @param store what holds the log
 * @param memory bound for what the hub as a whole keeps in memory
 * @param channels retention per channel pattern; the first pattern that matches counts
 */
public record HistorySettings(Store store, ByteSize memory, RetentionRules channels) {

  /** What holds the log. */
  public enum Store {
    /** The hub's own memory: history is gone when the process ends. */
    MEMORY
  }
}
