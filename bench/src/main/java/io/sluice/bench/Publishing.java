package io.sluice.bench;

/**
 * Who publishes. A publisher is a kept-alive connection with one request at a time.
 *
 * @param publishers how many connections
 * @param pace when they publish
 * @param payloadBytes size of each payload, at least 32
 * @param batch how many events a request has. With more than one they are a JSON array of as many
 *     of the target's bodies, all for the same channel and all due at the same time
 */
public record Publishing(int publishers, Pace pace, int payloadBytes, int batch) {

  /** Bound on the publishers: a subscriber keeps a number for each. */
  static final int MAX_PUBLISHERS = 1024;

  /** Bound on a batch: what Sluice takes in an array. */
  static final int MAX_BATCH = 10_000;

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
    if (batch < 1 || batch > MAX_BATCH) {
      throw new IllegalArgumentException(
          batch + " events in a request; allowed are 1 to " + MAX_BATCH);
    }
  }

  /** Each event in a request of its own. */
  public Publishing(int publishers, Pace pace, int payloadBytes) {
    this(publishers, pace, payloadBytes, 1);
  }
}
