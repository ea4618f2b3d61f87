package io.sluice.examples.dashboard;

import io.sluice.examples.site.Handler;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts the requests to the application's API, those that failed, and the time they took.
 *
 * <p>Thread-safe.
 */
final class Traffic {

  /**
   * What there was.
   *
   * <p>Immutable.
   *
   * @param requests how many
   * @param errors how many of them were answered with 400 or above
   * @param nanos how long all of them took, together
   */
  record Count(long requests, long errors, long nanos) {

    static final Count NONE = new Count(0, 0, 0);

    Count and(boolean failed, long moreNanos) {
      return new Count(requests + 1, errors + (failed ? 1 : 0), nanos + moreNanos);
    }
  }

  // One value, so that what is taken belongs together.
  private final AtomicReference<Count> count = new AtomicReference<>(Count.NONE);

  /** The same handler, counted. */
  Handler counted(Handler handler) {
    return request -> {
      long start = System.nanoTime();
      boolean failed = true;
      try {
        Object answer = handler.handle(request);
        failed = false;
        return answer;
      } finally {
        add(failed, System.nanoTime() - start);
      }
    };
  }

  private void add(boolean failed, long nanos) {
    count.updateAndGet(before -> before.and(failed, nanos));
  }

  /** What there was since this was called last. */
  Count take() {
    return count.getAndSet(Count.NONE);
  }
}
