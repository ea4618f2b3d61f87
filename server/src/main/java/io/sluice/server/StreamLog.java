package io.sluice.server;

import io.sluice.hub.StreamFigures;
import io.sluice.hub.StreamObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line to the log when a stream opens and when it ends. Thread-safe. */
final class StreamLog implements StreamObserver {

  private static final Logger log = LoggerFactory.getLogger("io.sluice.streams");

  @Override
  public void opened(StreamFigures stream) {
    log.info(
        "opened {} from={} channels={} types={} came-with={} position={}",
        stream.id(),
        stream.peer(),
        stream.channels(),
        stream.types(),
        stream.cameWith() == null ? "-" : stream.cameWith(),
        stream.position());
  }

  @Override
  public void closed(StreamFigures stream) {
    log.info(
        "closed {} reason={} position={} delivered={} replayed={} bytes={} lag={}",
        stream.id(),
        stream.reason() == null ? "-" : stream.reason().label(),
        stream.position(),
        stream.delivered(),
        stream.replayed(),
        stream.bytes(),
        stream.lag());
  }
}
