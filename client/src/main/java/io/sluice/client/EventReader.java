package io.sluice.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream, delivery by delivery, in the thread that asks for them, which may well be a
 * virtual one. Who doesn't ask stops the server through TCP; at most two pieces of 16 KiB or so
 * wait here.
 *
 * <pre>{@code
 * try (EventReader reader = client.stream("orders/*").open()) {
 *   for (Delivery delivery : reader) {
 *     switch (delivery) {
 *       case ReceivedEvent event -> handle(event);
 *       case Gap gap -> loadAfresh();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>One reading thread at a time; {@link #close} and {@link #position} are for any.
 */
public final class EventReader implements Iterable<Delivery>, AutoCloseable {

  private final Follower follower;

  EventReader(Follower follower) {
    this.follower = follower;
  }

  /**
   * Waits for the next delivery, over all reconnections.
   *
   * @return null if the stream has ended in good order: closed, or the server has no more to send
   * @throws StreamFailedException if it has ended otherwise
   * @throws InterruptedException if the thread is interrupted; the stream isn't affected
   */
  public @Nullable Delivery next() throws InterruptedException {
    return given(follower.next(Deadline.NONE));
  }

  /**
   * Waits for the next delivery, but no longer than wanted.
   *
   * @return null if none came in that time, or the stream has ended in good order ({@link #end})
   * @throws StreamFailedException if it has ended otherwise
   * @throws InterruptedException if the thread is interrupted; the stream isn't affected
   */
  public @Nullable Delivery next(Duration time) throws InterruptedException {
    return given(follower.next(Deadline.in(time)));
  }

  /**
   * All deliveries, until the stream ends in good order or the thread is interrupted: then the
   * interrupt is still set. {@code hasNext} throws {@link StreamFailedException} if it ends
   * otherwise. All iterators of a reader read the one stream.
   */
  @Override
  public Iterator<Delivery> iterator() {
    return new Deliveries();
  }

  /**
   * The last id that was read, of an event, a gap or a heartbeat: what {@link
   * EventStream#startAfter} takes. It may be ahead of what was given, by what waits in the reader;
   * the ids of deliveries are exact.
   */
  public String position() {
    return follower.position();
  }

  /** Why the stream is over; empty while it isn't. For the reading thread. */
  public Optional<StreamEnd> end() {
    return Optional.ofNullable(follower.end());
  }

  /** Ends the stream for good. A thread that waits for a delivery gets null. */
  @Override
  public void close() {
    follower.close();
  }

  private @Nullable Delivery given(@Nullable Delivery delivery) {
    StreamEnd end = follower.end();
    if (delivery == null && end != null && !end.isInGoodOrder()) {
      throw new StreamFailedException(end);
    }
    return delivery;
  }

  private final class Deliveries implements Iterator<Delivery> {

    private @Nullable Delivery ahead;

    @Override
    public boolean hasNext() {
      if (ahead == null) {
        try {
          ahead = EventReader.this.next();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return ahead != null;
    }

    @Override
    public Delivery next() {
      if (!hasNext() || ahead == null) {
        throw new NoSuchElementException("the stream is over");
      }
      Delivery delivery = ahead;
      ahead = null;
      return delivery;
    }
  }
}
