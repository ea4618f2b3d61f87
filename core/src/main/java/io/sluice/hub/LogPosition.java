package io.sluice.hub;

import io.sluice.log.LogReader;
import io.sluice.log.MemoryLog;
import org.jspecify.annotations.Nullable;

/**
 * Where a loop stands in the log, while it has streams. Cleaning passes nobody who stands there.
 *
 * <p>Confined to its loop, but for {@link #isActive}.
 */
final class LogPosition {

  private final MemoryLog window;
  private volatile boolean active;
  private @Nullable LogReader reader;
  private long sequence;

  LogPosition(MemoryLog window) {
    this.window = window;
  }

  /** Whether an append concerns the loop. Any thread. */
  boolean isActive() {
    return active;
  }

  /** Everything up to this sequence has been offered to the riders. */
  long sequence() {
    return sequence;
  }

  boolean isHead() {
    return sequence == window.newest();
  }

  /** Stands at the head from now on. */
  void activate() {
    if (active) {
      return;
    }
    // Active before the head is read: an append after that wakes the loop.
    active = true;
    LogReader opened = window.openReader();
    reader = opened;
    sequence = opened.position();
  }

  /** Stands nowhere from now on. */
  void deactivate() {
    active = false;
    if (reader != null) {
      window.release(reader);
      reader = null;
    }
  }

  void moveTo(long to) {
    sequence = to;
    if (reader != null) {
      reader.advance(to);
    }
  }
}
