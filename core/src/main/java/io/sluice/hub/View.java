package io.sluice.hub;

import io.sluice.subscription.Subscription;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What several streams of one loop have in common: one subscription, packed in one way. Its riders
 * stand at the loop's position; what a round brings is prepared once for all of them.
 *
 * <p>Confined to its loop.
 */
final class View {

  private static final int SMALL = 4;

  final Subscription subscription;
  final Packing packing;

  /**
   * What its riders are still to get of what the loop has passed; null if events go as they are.
   */
  final @Nullable Gathering gathering;

  /** Streams that want the same, riding or not: with the last one the view goes. */
  int streams;

  // Left by a rider in the midst of a round, a place stays empty until the round is over, so that
  // nobody is passed over or served twice.
  private @Nullable Stream[] riders = new Stream[1];
  private int places;
  private int holes;

  // The round's events that the view is touched by: indexes into the round's entries.
  private int[] touches = {};
  private int touchCount;

  View(Subscription subscription, Packing packing) {
    this.subscription = subscription;
    this.packing = packing;
    this.gathering = packing.isNone() ? null : new Gathering(packing);
  }

  /**
   * Where a rider stands that has taken all that it was offered.
   *
   * @param position where the loop stands
   */
  long standing(long position) {
    Gathering some = gathering;
    return some == null || some.isEmpty() ? position : some.from();
  }

  void board(Stream stream) {
    if (places == riders.length) {
      riders = Arrays.copyOf(riders, places < SMALL ? SMALL : places * 2);
    }
    riders[places] = stream;
    stream.place = places;
    places++;
  }

  void leave(Stream stream) {
    riders[stream.place] = null;
    stream.place = -1;
    holes++;
  }

  /** Closes the holes. Only between rounds. */
  void tidy() {
    if (holes == 0) {
      return;
    }
    int kept = 0;
    for (int i = 0; i < places; i++) {
      Stream stream = riders[i];
      if (stream != null) {
        riders[kept] = stream;
        stream.place = kept;
        kept++;
      }
    }
    Arrays.fill(riders, kept, places, null);
    places = kept;
    holes = 0;
  }

  /** Whether so many riders have left that closing the holes is worth a pass. */
  boolean isSparse() {
    return holes > SMALL && holes > places / 2;
  }

  int places() {
    return places;
  }

  boolean hasRiders() {
    return places > holes;
  }

  @Nullable Stream rider(int place) {
    return riders[place];
  }

  /** Notes that an event of the round is for it. Returns whether it is the first one. */
  boolean touch(int entry) {
    if (touchCount == touches.length) {
      touches = Arrays.copyOf(touches, Math.max(SMALL, touchCount * 2));
    }
    touches[touchCount++] = entry;
    return touchCount == 1;
  }

  int touchCount() {
    return touchCount;
  }

  int touched(int i) {
    return touches[i];
  }

  void clearTouches() {
    touchCount = 0;
    if (touches.length > 256) {
      touches = new int[] {};
    }
  }
}
