package io.sluice.hub;

import io.sluice.event.EventId;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a publisher is answered: the events are as safe as the log promises.
 *
 * <p>Immutable.
 *
 * @param first the id of the first event; the others follow without a hole
 * @param count how many there are
 * @param repeated whether they were appended by an earlier publish with the same idempotency key
 */
public record Receipt(EventId first, int count, boolean repeated) {

  /** The ids in the order of the events published. */
  public List<EventId> ids() {
    return LongStream.range(first.sequence(), first.sequence() + count)
        .mapToObj(sequence -> new EventId(first.epoch(), sequence))
        .toList();
  }
}
