package io.sluice.bench;

import java.nio.ByteBuffer;

/** Told of the pieces of a body, without the framing of HTTP, however they were cut. */
@FunctionalInterface
interface BodySink {

  /** Ignores what it is told. */
  BodySink NONE = (bytes, from, to) -> {};

  /**
   * The next bytes of the body, valid during the call only.
   *
   * @param bytes little endian; its position and limit mean nothing and must not be changed
   */
  void body(ByteBuffer bytes, int from, int to);
}
