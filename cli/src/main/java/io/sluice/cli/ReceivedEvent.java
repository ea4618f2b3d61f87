package io.sluice.cli;

import io.sluice.event.Publication;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event as it came from a stream.
 *
 * @param id the position of the stream after it, empty if the server gives none
 * @param channel where it was published, null if the frame doesn't say
 * @param type {@code message} if it has none
 * @param data its data
 * @param time when it was published if the frame says so, else when it came
 */
record ReceivedEvent(String id, @Nullable String channel, String type, String data, Instant time) {

  /** Whether the hub made it, not a publisher. */
  boolean isFromHub() {
    return Publication.RESERVED_TYPES.contains(type);
  }
}
