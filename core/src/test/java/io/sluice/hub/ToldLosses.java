package io.sluice.hub;

import io.sluice.hub.ModelHub.Published;
import io.sluice.subscription.Subscription;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection was told of losses: whether each was news, and whether the numbers are true.
 */
final class ToldLosses {

  /** A gap that said how many events are missing, until all of them have been passed by. */
  private static final class Bill {
    final long missed;
    final long upTo;
    long skipped;

    Bill(long missed, long upTo) {
      this.missed = missed;
      this.upTo = upTo;
    }
  }

  private final ModelHub model;
  private final Consumer<String> wrong;
  private final Map<String, Long> told = new HashMap<>();
  private long forgottenTold;
  private @Nullable Bill bill;

  /**
   * @param wrong is told what is wrong, and doesn't return
   */
  ToldLosses(ModelHub model, Consumer<String> wrong) {
    this.model = model;
    this.wrong = wrong;
  }

  boolean cover(Published event) {
    return event.sequence() <= told.getOrDefault(event.channel(), 0L);
  }

  /** Whether something was lost after a position that wasn't told before. */
  boolean areNew(long after, Map<String, Long> lost, Subscription wanted) {
    boolean any = model.forgotten() > Math.max(after, forgottenTold);
    for (Map.Entry<String, Long> each : lost.entrySet()) {
      any |=
          wanted.matches(each.getKey())
              && each.getValue() > Math.max(after, told.getOrDefault(each.getKey(), 0L));
    }
    return any;
  }

  void tell(Map<String, Long> lost, Subscription wanted) {
    lost.forEach(
        (channel, sequence) -> {
          if (wanted.matches(channel)) {
            told.merge(channel, sequence, Math::max);
          }
        });
    forgottenTold = Math.max(forgottenTold, model.forgotten());
  }

  /**
   * A gap told of so many events up to a sequence.
   *
   * @param missed how many; negative where that isn't known, or not to be told from another gap
   */
  void count(long missed, long upTo) {
    bill = new Bill(bill == null ? missed : -1, upTo);
  }

  /** What was counted doesn't hold any more. */
  void forgetCount() {
    bill = null;
  }

  /** The stream has passed by an event that was lost. */
  void skipped() {
    if (bill != null) {
      bill.skipped++;
    }
  }

  /**
   * The stream has moved: if it has passed by all that was counted, the number must be true.
   *
   * @param exact whether everything counted is wanted
   */
  void moved(long position, boolean exact) {
    Bill due = bill;
    if (due == null || position < due.upTo) {
      return;
    }
    bill = null;
    if (due.missed < 0) {
      return;
    }
    if (exact ? due.skipped != due.missed : due.skipped > due.missed) {
      wrong.accept("a gap told of " + due.missed + " events, and " + due.skipped + " were missing");
    }
  }
}
