package io.sluice.server;

/**
 * A response's body that is written piece by piece. Confined to the exchange's loop. After the
 * client has gone, all of it does nothing.
 */
interface ResponseBody {

  /** Sends the bytes, a copy of them. Nothing is refused: who writes much asks first. */
  void write(byte[] bytes);

  /** Whether the client keeps up. If not, write no more until {@link #whenWritable} says so. */
  boolean writable();

  /**
   * Runs the task once, when the client has caught up or has gone: at once if that is so already.
   */
  void whenWritable(Runnable task);

  /** Whether the client has gone: all that is written goes nowhere. */
  boolean closed();

  /** Ends the response in good order. */
  void end();

  /** Cuts the response, so that the client sees that it isn't whole. */
  void abort();
}
