package io.sluice.log;

/**
 * A place in the log that cleaning waits for: bytes past it stay, retained or not.
 *
 * <p>Written by one thread, read by any.
 */
public final class LogReader {

  private volatile long position;

  LogReader(long position) {
    this.position = position;
  }

  /** Everything up to this sequence has been read. */
  public long position() {
    return position;
  }

  /** Moves on, never back. */
  public void advance(long position) {
    this.position = position;
  }
}
