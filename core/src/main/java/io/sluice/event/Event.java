package io.sluice.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event as the hub holds it.
 *
 * <p>Immutable.
 *
 * @param id its place in the log
 * @param channel where it was published
 * @param type its type, or null for none
 * @param key the publisher's key, or null for none
 * @param time when it was appended, in milliseconds; never before that of an earlier event
 * @param data its data; line ends are LF, whatever was published (the wire can't carry others)
 */
public record Event(
    EventId id,
    String channel,
    @Nullable String type,
    @Nullable String key,
    Instant time,
    String data) {}
