package io.sluice.presence;

import io.sluice.event.EventId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a channel.
 *
 * @param count how many
 * @param members those who have a name, in order; null if they are too many to be listed
 * @param position where this is right: what comes after it on the channel's {@code @presence}
 *     changes it
 */
public record Present(int count, @Nullable List<String> members, EventId position) {}
