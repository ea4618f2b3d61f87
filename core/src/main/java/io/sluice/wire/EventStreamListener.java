package io.sluice.wire;

/**
 * What an {@link EventStreamParser} finds in a stream, in the stream's order.
 *
 * <p>Called by the thread that feeds the parser, from within {@code feed}. What a method throws
 * reaches the caller of {@code feed}; the parser is of no use afterwards.
 */
public interface EventStreamListener {

  /**
   * A block with data has ended: an event.
   *
   * @param id the last event id as it is now: from this block, or from an earlier one if this has
   *     none; empty if there was none at all
   * @param type {@code message} if the block has none
   * @param data its {@code data} lines, joined by LF; may be empty
   */
  void event(String id, String type, String data);

  /**
   * A block without data has ended that changed the last event id. Nothing is dispatched for it,
   * but a client that reconnects from here sends this id. Sluice's heartbeats are such blocks.
   */
  default void position(String id) {}

  /**
   * The stream set the reconnection time. It holds from its line on, whatever becomes of the block.
   *
   * @param millis as the stream has it, {@link Long#MAX_VALUE} if it doesn't fit
   */
  default void retry(long millis) {}

  /**
   * A field that the standard doesn't know, such as {@code channel}. It belongs to the block that
   * isn't finished yet: the next {@link #event} or {@link #blockWithoutData} ends that block.
   */
  default void field(String name, String value) {}

  /**
   * A block without data has ended, after {@link #position} if that was called: the place to forget
   * what {@link #field} brought.
   */
  default void blockWithoutData() {}

  /**
   * A comment.
   *
   * @param text all that follows the colon, a leading space included
   */
  default void comment(String text) {}
}
