package io.sluice.subscription;

import io.sluice.event.EventId;
import java.time.Duration;

/** Where a subscriber wants to begin. */
public sealed interface Origin {

  /** With what is published from now on. */
  record Live() implements Origin {}

  /**
   * After an event that it has had: a resume.
   *
   * @param id of this hub or not
   */
  record After(EventId id) implements Origin {}

  /** After something that isn't an id: a resume that can't be whole. */
  record Unknown() implements Origin {}

  /** With the oldest event retained. */
  record Earliest() implements Origin {}

  /**
   * With what isn't older than this.
   *
   * @param age positive
   */
  record Since(Duration age) implements Origin {}

  /**
   * With the newest events retained of each channel.
   *
   * @param count how many of each, at least 1
   */
  record Last(int count) implements Origin {
    public Last {
      if (count < 1) {
        throw new IllegalArgumentException("count must be at least 1: " + count);
      }
    }
  }

  /** {@link Live}. */
  static Origin live() {
    return new Live();
  }

  /** {@link After}. */
  static Origin after(EventId id) {
    return new After(id);
  }

  /** {@link Earliest}. */
  static Origin earliest() {
    return new Earliest();
  }

  /** {@link After} if the text has the form of an id, else {@link Unknown}. */
  static Origin lastEventId(String text) {
    EventId id = EventId.parse(text);
    return id == null ? new Unknown() : new After(id);
  }
}
