package io.sluice.hub;

import io.sluice.log.Entries;
import io.sluice.wire.Frames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One round of fan-out: a stretch of the log on its way to the riders of the views that it touches.
 * It can be left and taken up again, so that a loop with many riders still answers its publishers
 * in between.
 *
 * <p>Confined to its loop.
 */
final class Round {

  /** After so many riders the clock is looked at. */
  private static final int RIDERS_PER_LOOK = 8;

  private static final int FRAMES_CAPACITY = 64 << 10;

  private final FanOut fanOut;
  private final Entries entries = new Entries();
  private final Frames frames = new Frames(FRAMES_CAPACITY);
  private final List<View> touched = new ArrayList<>();

  private boolean active;
  private long to;
  private int nextView;
  private int nextPlace;
  private @Nullable View prepared;

  Round(FanOut fanOut) {
    this.fanOut = fanOut;
  }

  boolean isActive() {
    return active;
  }

  /** Where the loop stands when the round is over. */
  long to() {
    return to;
  }

  /** The stretch of the log, to be filled before {@link #begin}. */
  Entries entries() {
    return entries;
  }

  /** Finds the views that the stretch touches. */
  void begin(Views views, long to) {
    this.to = to;
    active = true;
    nextView = 0;
    nextPlace = 0;
    String lastChannel = "";
    View[] lastViews = {};
    for (int i = 0; i < entries.count(); i++) {
      String channel = entries.channel(i);
      // Events of one channel often come in a row, and then its name is the same object.
      if (!sameObject(channel, lastChannel)) {
        lastChannel = channel;
        lastViews = views.of(channel);
      }
      for (View view : lastViews) {
        if (view.hasRiders() && view.subscription.accepts(entries.type(i)) && view.touch(i)) {
          touched.add(view);
        }
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // a look at the contents would cost what it is to save
  private static boolean sameObject(String a, String b) {
    return a == b;
  }

  /** Goes on until the round is over or the time is. Returns whether it is over. */
  boolean run(long deadlineNanos) {
    int served = 0;
    while (nextView < touched.size()) {
      View view = touched.get(nextView);
      if (prepared != view) {
        prepare(view);
      }
      while (nextPlace < view.places()) {
        Stream stream = view.rider(nextPlace++);
        if (stream != null) {
          fanOut.serve(stream, frames);
          if (++served % RIDERS_PER_LOOK == 0 && fanOut.isPast(deadlineNanos)) {
            return false;
          }
        }
      }
      view.clearTouches();
      nextView++;
      nextPlace = 0;
      prepared = null;
    }
    end();
    return true;
  }

  private void prepare(View view) {
    frames.clear();
    for (int i = 0; i < view.touchCount(); i++) {
      entries.copyTo(frames, view.touched(i));
    }
    prepared = view;
  }

  private void end() {
    active = false;
    for (View view : touched) {
      view.tidy();
    }
    touched.clear();
    frames.clear();
  }
}
