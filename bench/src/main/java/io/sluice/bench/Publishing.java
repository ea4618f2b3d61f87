package io.sluice.bench;

/**
 * Who publishes. A publisher is a kept-alive connection with one request at a time.
 *
 * @param publishers how many connections
 * @param pace when they publish
 * @param payloadBytes size of each payload, at least 32
 */
public record Publishing(int publishers, Pace pace, int payloadBytes) {

  /** Bound on the publishers: a subscriber keeps a number for each. */
  static final int MAX_PUBLISHERS = 1024;

  /** Checks the numbers. */
  public Publishing {
    if (publishers < 1 || publishers > MAX_PUBLISHERS) {
      throw new IllegalArgumentException(
          publishers + " publishers; allowed are 1 to " + MAX_PUBLISHERS);
    }
    if (payloadBytes < Payload.HEADER_BYTES || payloadBytes > 1 << 20) {
      throw new IllegalArgumentException(
          "a payload of %d bytes; allowed are %d to %d"
              .formatted(payloadBytes, Payload.HEADER_BYTES, 1 << 20));
    }
  }
}
