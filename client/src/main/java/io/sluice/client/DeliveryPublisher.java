package io.sluice.client;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * A stream as reactive code takes it: every subscriber has one of its own, and nothing is read that
 * it didn't request (but for the pieces that are on their way).
 *
 * <p>Immutable. Source: the rules of {@link Flow}, which are those of Reactive Streams.
 */
record DeliveryPublisher(Supplier<Follower> followers, Executor executor)
    implements Flow.Publisher<Delivery> {

  @Override
  public void subscribe(Flow.Subscriber<? super Delivery> subscriber) {
    Reading reading = new Reading(followers.get(), subscriber);
    executor.execute(reading::run);
  }

  /** One subscriber's. {@link #request} and {@link #cancel} are for any thread. */
  private static final class Reading implements Flow.Subscription {

    private final Follower follower;
    private final Flow.Subscriber<? super Delivery> subscriber;

    // A semaphore for the count alone; what would overflow it is without end anyway.
    private final Semaphore demand = new Semaphore(0);
    private volatile boolean unbounded;
    private volatile boolean cancelled;
    private volatile boolean wrong;

    Reading(Follower follower, Flow.Subscriber<? super Delivery> subscriber) {
      this.follower = follower;
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        wrong = true;
        follower.close();
      }
      if (n > Integer.MAX_VALUE / 2 || demand.availablePermits() > Integer.MAX_VALUE / 2) {
        unbounded = true;
      }
      demand.release(unbounded ? 1 : (int) Math.max(1, n));
    }

    @Override
    public void cancel() {
      cancelled = true;
      follower.close();
      demand.release();
    }

    private void run() {
      try {
        subscriber.onSubscribe(this);
        while (true) {
          if (!unbounded) {
            demand.acquire();
          }
          Delivery delivery = follower.next(Deadline.NONE);
          if (delivery == null || cancelled) {
            break;
          }
          subscriber.onNext(delivery);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        follower.finish(new StreamEnd.Failed(e));
      } catch (RuntimeException e) {
        // The subscriber's or the observer's own: the stream is closed, whatever becomes of them.
        follower.finish(new StreamEnd.Failed(e));
      }
      end();
    }

    private void end() {
      StreamEnd end = follower.end();
      if (cancelled) {
        follower.finish(new StreamEnd.Closed());
      } else if (wrong) {
        // Rule 3.9 of Reactive Streams.
        subscriber.onError(new IllegalArgumentException("request needs a positive number"));
      } else if (end == null || end.isInGoodOrder()) {
        subscriber.onComplete();
      } else {
        subscriber.onError(new StreamFailedException(end));
      }
    }
  }
}
