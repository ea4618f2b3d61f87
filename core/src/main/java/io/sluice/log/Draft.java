package io.sluice.log;

import io.sluice.event.Publication;
import io.sluice.wire.FrameEncoder;
import org.jspecify.annotations.Nullable;

/**
 * An event ready to be appended: checked, and encoded but for its id.
 *
 * <p>Immutable.
 */
public final class Draft {

  final String channel;
  final @Nullable String type;
  final @Nullable String key;
  final byte[] body;

  private Draft(String channel, @Nullable String type, @Nullable String key, byte[] body) {
    this.channel = channel;
    this.type = type;
    this.key = key;
    this.body = body;
  }

  /** Encodes an event. */
  public static Draft of(Publication publication) {
    return new Draft(
        publication.channel(),
        publication.type(),
        publication.key(),
        FrameEncoder.body(publication));
  }

  /**
   * An event that was encoded before, by another node.
   *
   * @param body what {@link #body} was there; not to be changed afterwards
   */
  public static Draft encoded(
      String channel, @Nullable String type, @Nullable String key, byte[] body) {
    return new Draft(channel, type, key, body);
  }

  /** Where it is published. */
  public String channel() {
    return channel;
  }

  /** Its type, or null for none. */
  public @Nullable String type() {
    return type;
  }

  /** The publisher's key, or null for none. */
  public @Nullable String key() {
    return key;
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
