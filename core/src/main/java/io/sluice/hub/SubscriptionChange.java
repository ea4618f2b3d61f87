package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.ArrayList;
import java.util.List;

/**
 * A change of what a stream is subscribed to.
 *
 * <p>Immutable.
 *
 * @param addChannels channels and patterns to be added
 * @param addTypes types to be added to the filter
 * @param removeChannels channels and patterns to be removed, as they were named
 * @param removeTypes types to be removed from the filter; with the last one every type is wanted
 * @param since where the channels added begin; {@link Origin.Live} is the stream's cursor
 */
public record SubscriptionChange(
    List<ChannelPattern> addChannels,
    List<String> addTypes,
    List<ChannelPattern> removeChannels,
    List<String> removeTypes,
    Origin since) {

  public SubscriptionChange {
    addChannels = List.copyOf(addChannels);
    addTypes = List.copyOf(addTypes);
    removeChannels = List.copyOf(removeChannels);
    removeTypes = List.copyOf(removeTypes);
  }

  /**
   * What holds after the change.
   *
   * @throws io.sluice.event.InvalidEventException if no channel would be left, or a type breaks the
   *     rules
   */
  Subscription applyTo(Subscription before) {
    return before.with(addChannels, addTypes).without(removeChannels, removeTypes);
  }

  /** The channels that are new to a subscription. */
  List<ChannelPattern> addedTo(Subscription before) {
    List<ChannelPattern> added = new ArrayList<>(addChannels);
    added.removeAll(before.patterns());
    return added;
  }
}
