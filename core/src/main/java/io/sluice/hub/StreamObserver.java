package io.sluice.hub;

/**
 * Is told when streams open and end. Called on the streams' loops: it must not block.
 *
 * <p>Thread-safe.
 */
public interface StreamObserver {

  /** A stream was opened. */
  void opened(StreamFigures stream);

  /** What a stream is subscribed to was changed. */
  default void changed(StreamFigures stream) {}

  /** A stream ended; its figures are the last ones and tell the reason. */
  void closed(StreamFigures stream);
}
