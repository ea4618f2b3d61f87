package io.sluice.spring;

import io.sluice.hub.Hub;
import io.sluice.hub.LocalLoop;
import io.sluice.hub.StreamOpener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that write to the streams which the application's own server serves: one for every
 * two cores, however many streams there are.
 *
 * <p>Thread-safe.
 */
final class ServingLoops implements AutoCloseable {

  /** A loop, and what opens streams on it. */
  record Place(LocalLoop loop, StreamOpener opener) {}

  private final List<Place> places = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  ServingLoops(Hub hub) {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    for (int i = 0; i < count; i++) {
      LocalLoop loop = new LocalLoop("sluice-streams-" + i);
      places.add(new Place(loop, hub.addLoop(loop)));
    }
  }

  /** Where the next stream goes: in turn, so that all have about as many. */
  Place next() {
    return places.get(Math.floorMod(next.getAndIncrement(), places.size()));
  }

  @Override
  public void close() {
    places.forEach(place -> place.loop().close());
  }
}
