package io.sluice.client;

/**
 * Turns values into the data of events and back. {@code sluice-client-jackson} has one for JSON.
 *
 * <p>Thread-safe: one codec serves all threads.
 *
 * @param <T> what events are about
 */
public interface Codec<T> {

  /** A codec for data that is text already. */
  Codec<String> TEXT =
      new Codec<>() {
        @Override
        public String encode(String value) {
          return value;
        }

        @Override
        public String decode(String data) {
          return data;
        }
      };

  /**
   * The data of an event that tells of this value.
   *
   * @throws CodecException if the value can't be written
   */
  String encode(T value);

  /**
   * The value that an event's data tells of.
   *
   * @throws CodecException if the data isn't that of such a value
   */
  T decode(String data);
}
