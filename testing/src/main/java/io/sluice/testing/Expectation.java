package io.sluice.testing;

import io.sluice.client.Delivery;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Something that a {@link StreamProbe} should see. Nothing is waited for until {@link #within}.
 *
 * <p>Immutable.
 *
 * @param <T> what is known of it when it has come
 */
public final class Expectation<T> {

  private final StreamProbe probe;
  private final String what;
  private final Predicate<Delivery> wanted;
  private final Function<Delivery, T> found;

  Expectation(
      StreamProbe probe, String what, Predicate<Delivery> wanted, Function<Delivery, T> found) {
    this.probe = probe;
    this.what = what;
    this.wanted = wanted;
    this.found = found;
  }

  /**
   * Waits for the first that wasn't expected before, which may be there already.
   *
   * @throws AssertionError if there is none in that time; its message has what came instead
   */
  public T within(Duration time) {
    Delivery delivery = probe.find(time, wanted);
    if (delivery == null) {
      throw new AssertionError("expected " + what + " within " + time + probe.state());
    }
    return found.apply(delivery);
  }
}
