package io.sluice.hub;

import java.time.Duration;

/**
 * How a stream wants its events: each as it is, several together, large ones compressed.
 *
 * <p>Immutable.
 *
 * @param batch how long events are gathered that come in one block; {@link Duration#ZERO} if each
 *     has its own
 * @param gzip whether large data may come compressed
 */
public record Packing(Duration batch, boolean gzip) {

  /** The shortest time that events may be gathered. */
  public static final Duration MIN_BATCH = Duration.ofMillis(10);

  /** The longest one. */
  public static final Duration MAX_BATCH = Duration.ofSeconds(10);

  /** Each event as it is. */
  public static final Packing NONE = new Packing(Duration.ZERO, false);

  /**
   * @throws IllegalArgumentException if the time is neither zero nor within its bounds
   */
  public Packing {
    if (!batch.isZero() && (batch.compareTo(MIN_BATCH) < 0 || batch.compareTo(MAX_BATCH) > 0)) {
      throw new IllegalArgumentException(
          "events are gathered for " + MIN_BATCH + " to " + MAX_BATCH + ", not " + batch);
    }
  }

  /** Whether each event goes as it is. */
  boolean isNone() {
    return !gzip && batch.isZero();
  }

  /** Whether several events come in one block. */
  boolean isBatched() {
    return !batch.isZero();
  }
}
