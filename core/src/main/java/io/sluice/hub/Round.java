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
  private final Frames joined = new Frames(1024);
  private final Packer packer;
  private final List<View> touched = new ArrayList<>();

  private boolean active;
  private long to;
  private int nextView;
  private int nextPlace;
  private @Nullable View prepared;
  private int releasing;
  private long joinedAt;

  Round(FanOut fanOut, Packer packer) {
    this.fanOut = fanOut;
    this.packer = packer;
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
    for (View view : packer.takeAsked()) {
      if (view.touchCount() == 0) {
        touched.add(view);
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
      while (nextPlace < view.places() && frames.count() > 0) {
        Stream stream = view.rider(nextPlace++);
        if (stream != null) {
          fanOut.serve(stream, framesFor(stream, view));
          if (++served % RIDERS_PER_LOOK == 0 && fanOut.isPast(deadlineNanos)) {
            return false;
          }
        }
      }
      view.clearTouches();
      if (view.gathering != null) {
        packer.released(view, view.gathering, releasing);
      }
      nextView++;
      nextPlace = 0;
      prepared = null;
    }
    end();
    return true;
  }

  private void prepare(View view) {
    frames.clear();
    Gathering gathering = view.gathering;
    if (gathering == null) {
      for (int i = 0; i < view.touchCount(); i++) {
        entries.copyTo(frames, view.touched(i));
      }
    } else {
      releasing = packer.gather(view, gathering, entries);
      Packer.pack(view.packing, gathering.events().subList(0, releasing), frames);
      joinedAt = -1;
    }
    prepared = view;
  }

  // Who boarded while the view was gathering has had some of it by itself. Those who came together
  // share what is left.
  private Frames framesFor(Stream stream, View view) {
    Gathering gathering = view.gathering;
    if (gathering == null || gathering.isEmpty() || stream.cursor <= gathering.from()) {
      return frames;
    }
    if (joinedAt != stream.cursor) {
      joinedAt = stream.cursor;
      joined.clear();
      int from = Math.min(gathering.after(stream.cursor), releasing);
      Packer.pack(view.packing, gathering.events().subList(from, releasing), joined);
    }
    return joined;
  }

  /** Ends it where it stands: its riders are about to leave their views. */
  void abandon() {
    for (View view : touched) {
      view.clearTouches();
    }
    entries.clear();
    prepared = null;
    end();
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
