package io.sluice.hub;

import io.sluice.hub.ModelHub.Published;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.function.Consumer;

/** The past of channels that were added to a connection: what is still expected of each change. */
final class ExpectedBackfills {

  private final ModelHub model;
  private final Consumer<String> wrong;
  private final ArrayDeque<ArrayDeque<Long>> backfills = new ArrayDeque<>();
  private final Map<String, Long> lost = new HashMap<>();

  /**
   * @param wrong is told what is wrong, and doesn't return
   */
  ExpectedBackfills(ModelHub model, Consumer<String> wrong) {
    this.model = model;
    this.wrong = wrong;
  }

  boolean isEmpty() {
    return backfills.isEmpty();
  }

  /**
   * The subscription was changed.
   *
   * @param at where the stream stood
   */
  void changed(Resubscription change, long at, long sinceMillis) {
    for (ArrayDeque<Long> backfill : backfills) {
      backfill.removeIf(sequence -> !isWanted(model.event(sequence), change.next()));
    }
    if (!(change.since() instanceof Origin.Live) && !change.added().isEmpty()) {
      Subscription only = Subscription.of(change.added(), change.next().types());
      ArrayDeque<Long> sequences = new ArrayDeque<>();
      NavigableSet<Long> past = model.reached(change.since(), only, sinceMillis);
      for (long sequence : past) {
        Published event = model.event(sequence);
        if (sequence <= at && isWanted(event, only) && !change.before().matches(event.channel())) {
          sequences.add(sequence);
        }
      }
      backfills.add(sequences);
    }
  }

  private static boolean isWanted(Published event, Subscription by) {
    return by.matches(event.channel()) && by.accepts(event.type());
  }

  /** A gap told what is lost of the past, channel by channel. */
  void lost(Map<String, Long> upTo) {
    upTo.forEach((channel, sequence) -> lost.merge(channel, sequence, Math::max));
  }

  private boolean mayMiss(long sequence) {
    Published event = model.event(sequence);
    return sequence <= lost.getOrDefault(event.channel(), 0L);
  }

  /** Takes an event that came. Returns whether it was the one that was expected. */
  boolean take(Published event) {
    while (!backfills.isEmpty()) {
      ArrayDeque<Long> expected = backfills.getFirst();
      while (!expected.isEmpty() && mayMiss(expected.getFirst())) {
        if (expected.getFirst() == event.sequence()) {
          break;
        }
        expected.remove();
      }
      if (!expected.isEmpty()) {
        if (expected.getFirst() != event.sequence()) {
          wrong.accept("backfill lacks " + expected.peek() + " before " + event);
        }
        expected.remove();
        return true;
      }
      backfills.remove();
    }
    return false;
  }

  /** All of it must have come by now. */
  void finish() {
    for (ArrayDeque<Long> backfill : backfills) {
      for (long sequence : backfill) {
        if (!mayMiss(sequence)) {
          wrong.accept("backfill lacks " + model.event(sequence));
        }
      }
    }
    backfills.clear();
  }
}
