package io.sluice.sqlite;

import io.sluice.log.Retention;

/**
 * What of a channel is more than its retention keeps, age aside.
 *
 * <p>Stateless.
 */
final class Surplus {

  private Surplus() {}

  /** Whether the oldest event of a channel with so many goes. */
  static boolean givesUpOne(Retention retention, long events, long bytes) {
    return events > retention.events() || (bytes > retention.bytes() && events > 1);
  }

  /**
   * Whether all events of the oldest row go: those of the bytes' rule one by one as long as there
   * is too much before each, so the newest of all stays.
   */
  static boolean givesUp(Retention retention, long events, long bytes, ChunkHead oldest) {
    long left = events - oldest.events();
    return left >= retention.events() || (left >= 1 && bytes - oldest.bytes() >= retention.bytes());
  }
}
