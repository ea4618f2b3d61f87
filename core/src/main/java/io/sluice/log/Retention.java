package io.sluice.log;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far back a resume may reach in a channel, and what happens to a live reader whose next event
 * is gone.
 *
 * <p>Immutable.
 *
 * @param events how many of the newest events are kept; 0 makes the channel transient: its events
 *     are delivered live, never replayed, and never missed by a gap
 * @param age how old an event may get, or null for any age
 * @param bytes how many bytes of frames are kept, {@link Long#MAX_VALUE} for any number
 * @param behind what a live reader gets that is so far behind that its next event is gone
 */
public record Retention(long events, @Nullable Duration age, long bytes, Behind behind) {

  /** What a live reader gets whose next event is gone. */
  public enum Behind {
    /** A gap event; then it goes on from the oldest event left. */
    GAP,
    /** The end of its stream. */
    DISCONNECT
  }

  /** 10,000 events of the last 24 hours; gaps. */
  public static final Retention DEFAULT =
      new Retention(10_000, Duration.ofHours(24), Long.MAX_VALUE, Behind.GAP);

  /**
   * @throws IllegalArgumentException if the number of events is negative, or the age or bytes
   *     aren't positive
   */
  public Retention {
    if (events < 0) {
      throw new IllegalArgumentException("events must not be negative: " + events);
    }
    if (age != null && !age.isPositive()) {
      throw new IllegalArgumentException("age must be positive: " + age);
    }
    if (bytes <= 0) {
      throw new IllegalArgumentException("bytes must be positive: " + bytes);
    }
  }

  /** The same with another number of events. */
  public Retention withEvents(long count) {
    return new Retention(count, age, bytes, behind);
  }

  /** Whether its channels' events are live only. */
  public boolean isTransient() {
    return events == 0;
  }
}
