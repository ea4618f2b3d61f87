package io.sluice.log;

import io.sluice.event.EventId;

/**
 * What became of an {@link Append}.
 *
 * <p>Immutable.
 *
 * @param first the id of its first event; those of the others follow
 * @param count how many events it was
 * @param repeated whether it was appended before, with the same idempotency key, by whichever node:
 *     then these are the events of that time, and nothing was appended now
 */
public record Appended(EventId first, int count, boolean repeated) {

  /** What was appended now. */
  public static Appended now(EventId first, int count) {
    return new Appended(first, count, false);
  }
}
