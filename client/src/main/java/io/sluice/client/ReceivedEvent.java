package io.sluice.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event as it came from a stream.
 *
 * <p>Immutable.
 *
 * @param id the position of the stream after it, empty if the server gives none
 * @param type {@code message} if it has none
 * @param channel where it was published, null if the server doesn't say
 * @param data its data; line ends are LF
 * @param time when it was published, null if the server doesn't say (a hub does with the setting
 *     {@code stream.time})
 */
public record ReceivedEvent(
    String id, String type, @Nullable String channel, String data, @Nullable Instant time)
    implements Delivery {

  /**
   * The data as a value.
   *
   * @throws CodecException if the codec can't read it; the stream isn't affected
   */
  public <T> T data(Codec<T> codec) {
    try {
      return codec.decode(data);
    } catch (CodecException e) {
      throw e.of(this);
    }
  }
}
