package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Selection;
import io.sluice.subscription.Subscription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channels that are new to a stream: those that were added, but not those among them that it
 * had before, or it would get their events twice; and not what it was changed away from since.
 *
 * <p>Immutable.
 *
 * @param added what was added
 * @param before what the stream had before
 * @param since what it has had since, after each change
 */
record Addition(Subscription added, Subscription before, List<Subscription> since)
    implements Selection {

  Addition {
    since = List.copyOf(since);
  }

  Addition narrowedTo(Subscription next) {
    List<Subscription> more = new ArrayList<>(since);
    more.add(next);
    return new Addition(added, before, more);
  }

  @Override
  public List<ChannelPattern> patterns() {
    return added.patterns();
  }

  @Override
  public boolean excludes(String channel) {
    return before.matches(channel) || !since.stream().allMatch(each -> each.matches(channel));
  }

  @Override
  public boolean matches(String channel) {
    return added.matches(channel) && !excludes(channel);
  }

  @Override
  public boolean accepts(@Nullable String type) {
    return added.accepts(type) && since.stream().allMatch(each -> each.accepts(type));
  }
}
