package io.sluice.log;

import java.util.List;

/**
 * The hub's totally ordered sequence of events.
 *
 * <p>Thread-safe.
 */
public interface Log extends AutoCloseable {

  /** Names this life of the log. */
  String epoch();

  /** The sequence of the newest event that is safe, 0 before the first. */
  long newest();

  /** The sequence of the oldest event still there, or that of the next one if there is none. */
  long oldest();

  /**
   * Appends events next to each other, all or none. They are visible to readers when this returns.
   *
   * @param drafts at least one
   * @return the sequence of the first; those of the others follow
   * @throws LogFullException if there's no room; nothing was appended
   * @throws IllegalStateException if the log is closed
   */
  long append(List<Draft> drafts);

  /**
   * Reads in order what lies after a position, whatever the channel.
   *
   * @param after the position
   * @param maxEvents how many at most
   * @param maxBytes about how many bytes of frames at most; one event is always read
   * @param entries is cleared and filled
   * @return the sequence up to which everything is in {@code entries}
   */
  long read(long after, int maxEvents, int maxBytes, Entries entries);

  /** Refuses appends from now on. What is there can still be read. */
  @Override
  void close();
}
