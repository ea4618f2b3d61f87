package io.sluice.client;

/**
 * Is given what a stream brings, one delivery after the other. While it works on one, nothing more
 * is read: the server waits, not this program's memory.
 *
 * <p>Called by one thread at a time, that of the stream. What it throws ends the stream, and is
 * told to {@link #onEnd}.
 */
public interface StreamListener {

  /** An event. */
  void onEvent(ReceivedEvent event);

  /** Events are missing. There is no default, so that nobody overlooks it. */
  void onGap(Gap gap);

  /**
   * The stream is over. Nothing follows.
   *
   * @param end why
   */
  default void onEnd(StreamEnd end) {}
}
