package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.hub.ModelHub.Published;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.Map;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/**
 * How a connection began: what it asked for, and what the model said to that then. Doesn't change.
 */
final class Beginning {

  final Origin origin;
  final Subscription wanted;

  /** The id that the client came with; null if it came with none, or with garbage. */
  final @Nullable EventId cameWith;

  final long head;
  final boolean isReset;

  /** What of the past it is to get. */
  final NavigableSet<Long> expected;

  private final ModelHub model;
  private final Map<String, Long> floors;
  private final long forgotten;
  private final NavigableSet<Long> retained;

  Beginning(ModelHub model, StreamRequest request, long sinceMillis) {
    this.model = model;
    this.origin = request.origin();
    this.wanted = request.subscription();
    this.cameWith = origin instanceof Origin.After after ? after.id() : null;
    this.head = model.head();
    this.isReset = origin instanceof Origin.Unknown || (cameWith != null && !model.knows(cameWith));
    this.floors = model.floors();
    this.forgotten = model.forgotten();
    this.retained = model.retained();
    this.expected = model.reached(origin, wanted, sinceMillis);
  }

  boolean isPast(Published event) {
    return event.sequence() <= head;
  }

  /**
   * What is wrong with how the stream says that it begins, or null.
   *
   * @param id the position that it tells
   * @param resumed whether it calls the resume whole; null if it doesn't call itself one
   */
  @Nullable String refute(EventId id, @Nullable Boolean resumed) {
    boolean isResume = origin instanceof Origin.After || origin instanceof Origin.Unknown;
    if (isResume != (resumed != null)) {
      return "resumed is there only for a resume: " + resumed;
    }
    if (cameWith != null && !id.equals(cameWith)) {
      return "connected with " + id + " who came with " + cameWith;
    }
    if (cameWith == null && !id.epoch().equals(model.epoch())) {
      return "connected with another epoch: " + id;
    }
    if (isReset) {
      return Boolean.FALSE.equals(resumed) ? null : "a reset isn't whole";
    }
    if (cameWith != null) {
      return refuteResume(id, Boolean.TRUE.equals(resumed));
    }
    if (origin instanceof Origin.Live) {
      return id.sequence() == head ? null : "a live stream begins at the head, not at " + id;
    }
    for (long sequence : expected.headSet(id.sequence(), true)) {
      Published event = model.event(sequence);
      if (wanted.matches(event.channel()) && wanted.accepts(event.type())) {
        return "connected passes by " + sequence + ": " + id;
      }
    }
    return null;
  }

  private @Nullable String refuteResume(EventId id, boolean isWhole) {
    if (isWhole && mustTellGap(id.sequence())) {
      return "a resume that lost events calls itself whole";
    }
    if (!isWhole && !mayTellGap(id.sequence())) {
      return "a resume that lost nothing isn't whole: " + id;
    }
    return null;
  }

  private boolean mustTellGap(long position) {
    for (Published event : model.matching(wanted, position, head)) {
      if (!event.isTransient() && !retained.contains(event.sequence())) {
        return true;
      }
    }
    return false;
  }

  private boolean mayTellGap(long position) {
    if (forgotten > position) {
      return true;
    }
    return floors.entrySet().stream()
        .anyMatch(floor -> wanted.matches(floor.getKey()) && floor.getValue() > position);
  }

  /** The newest sequence that no resume of these channels reached. */
  long floorOf(Subscription channels) {
    long highest = 0;
    for (Map.Entry<String, Long> each : floors.entrySet()) {
      if (channels.matches(each.getKey())) {
        highest = Math.max(highest, each.getValue());
      }
    }
    return highest;
  }

  /** Whether an id is where the client stood before the gap that it is to be told of. */
  boolean isBeforeGap(EventId id) {
    return cameWith == null ? id.sequence() == 0 : id.equals(cameWith);
  }
}
