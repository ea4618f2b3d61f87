package io.sluice.server;

import io.netty.buffer.ByteBuf;

/** Takes a request's body as it comes. Called on the exchange's loop. */
interface BodyListener {

  /**
   * The next bytes.
   *
   * @param bytes the caller's: to be read before this returns
   */
  void chunk(ByteBuf bytes);

  /** There was no more. */
  void complete();

  /** The client went away or stalled before the body's end. Nobody is there to be answered. */
  void failed();
}
