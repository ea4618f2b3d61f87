package io.sluice.access;

import io.sluice.event.ChannelPattern;
import org.jspecify.annotations.Nullable;

/**
 * Channels that tell who is in another one: {@code room/1/@presence}. What may be done with such a
 * channel is decided for the other one, as {@link Action#PRESENCE}. Wildcards don't stand for their
 * last segment: whoever wants it names it.
 */
final class Presence {

  static final String SUFFIX = "/@presence";

  private Presence() {}

  /** The channels whose members these tell of, null if these are no such channels. */
  static @Nullable ChannelPattern watchedBy(ChannelPattern where) {
    String text = where.toString();
    return text.endsWith(SUFFIX) && text.length() > SUFFIX.length()
        ? ChannelPattern.parse(text.substring(0, text.length() - SUFFIX.length()))
        : null;
  }
}
