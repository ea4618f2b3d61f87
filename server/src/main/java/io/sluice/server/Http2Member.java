package io.sluice.server;

/**
 * What stands behind a stream of an HTTP/2 connection: a request, or the event stream it became.
 */
interface Http2Member {

  /** The stream was closed: ended by both sides, reset, or gone with its connection. */
  void streamClosed();

  /** The stream has room for more, after it had none. */
  void streamWritable();
}
