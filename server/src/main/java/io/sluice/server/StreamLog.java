package io.sluice.server;

import io.sluice.hub.StreamFigures;
import io.sluice.hub.StreamObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line to the log when a stream opens and when it ends. Of the stream's id it shows the
 * beginning: enough to find it among {@code /connections}, not enough to change an anonymous one.
 * Thread-safe.
 */
final class StreamLog implements StreamObserver {

  private static final int SHOWN_ID_LENGTH = 12;

  private static final Logger log = LoggerFactory.getLogger("io.sluice.streams");

  @Override
  public void opened(StreamFigures stream) {
    log.info(
        "opened {} from={} subject={} channels={} types={} came-with={} position={}",
        shown(stream.id()),
        stream.peer(),
        subject(stream),
        stream.channels(),
        stream.types(),
        stream.cameWith() == null ? "-" : stream.cameWith(),
        stream.position());
  }

  @Override
  public void closed(StreamFigures stream) {
    log.info(
        "closed {} reason={} position={} delivered={} replayed={} bytes={} lag={}",
        shown(stream.id()),
        stream.reason() == null ? "-" : stream.reason().label(),
        stream.position(),
        stream.delivered(),
        stream.replayed(),
        stream.bytes(),
        stream.lag());
  }

  private static String shown(String id) {
    return id.substring(0, Math.min(id.length(), SHOWN_ID_LENGTH));
  }

  private static String subject(StreamFigures stream) {
    return stream.owner() instanceof StreamOwner owner && owner.identity().subject() != null
        ? owner.identity().subject()
        : "-";
  }
}
