package io.sluice.cli;

/**
 * Shows events to whoever asked for them.
 *
 * <p>Confined to the thread that follows the stream.
 */
interface EventView {

  /** Shows an event; it may stay in a buffer until {@link #flush}. */
  void show(ReceivedEvent event);

  /**
   * Writes what is in the buffer.
   *
   * @return false if nobody reads it any more
   */
  boolean flush();
}
