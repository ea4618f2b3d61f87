package io.sluice.spring;

/**
 * Makes the data of an event from an object. The starter's own leaves text and bytes as they are,
 * and writes everything else as JSON with the application's {@code JsonMapper}; a bean of this type
 * takes its place.
 *
 * <p>Thread-safe.
 */
@FunctionalInterface
public interface PayloadConverter {

  /**
   * The data.
   *
   * @param payload not null
   * @return UTF-8; the caller's from then on
   */
  byte[] convert(Object payload);
}
