package io.sluice.log;

import io.sluice.event.Publication;
import io.sluice.wire.FrameEncoder;

/**
 * An event ready to be appended: checked, and encoded but for its id.
 *
 * <p>Immutable.
 */
public final class Draft {

  final Publication publication;
  final byte[] body;

  private Draft(Publication publication, byte[] body) {
    this.publication = publication;
    this.body = body;
  }

  /** Encodes an event. */
  public static Draft of(Publication publication) {
    return new Draft(publication, FrameEncoder.body(publication));
  }

  /** The event. */
  public Publication publication() {
    return publication;
  }

  /** Its frame without the {@code id:} and {@code time:} lines. Not to be changed. */
  public byte[] body() {
    return body;
  }

  /** The most bytes that its frame can have. */
  public int maxFrameBytes() {
    return FrameEncoder.MAX_HEAD_BYTES + body.length;
  }
}
