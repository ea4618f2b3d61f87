package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.log.Log;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import java.util.List;

/**
 * A change of subscription as it concerns one stream.
 *
 * <p>Immutable.
 *
 * @param before what the stream has had until now
 * @param next what it has from its cursor on
 * @param added the channels that are new to it
 * @param since where these begin; {@link Origin.Live} is the stream's cursor
 */
record Resubscription(
    Subscription before, Subscription next, List<ChannelPattern> added, Origin since) {

  static Resubscription of(Subscription before, SubscriptionChange change) {
    return new Resubscription(
        before, change.applyTo(before), change.addedTo(before), change.since());
  }

  /**
   * Has the stream told of the change, and given what its new channels had before.
   *
   * @param log has it
   * @param at where the stream stands
   */
  void enqueue(Stream.Backlog backlog, Log log, EventId at) {
    EventId id = backlog.position(at);
    backlog.controls.add(new Control.Subscribed(id, next.channels(), next.types()));
    for (Backfill backfill : backlog.backfills) {
      backfill.change(next);
    }
    if (!(since instanceof Origin.Live) && !added.isEmpty()) {
      Addition addition = new Addition(Subscription.of(added, next.types()), before, List.of());
      Backfill backfill = new Backfill(addition, Opening.of(addition, since, log), at.sequence());
      backfill.begin(backlog, id);
      backlog.backfills.add(backfill);
    }
  }
}
