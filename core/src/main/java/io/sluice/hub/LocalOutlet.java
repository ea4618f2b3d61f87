package io.sluice.hub;

import io.sluice.wire.Control;
import io.sluice.wire.FrameDecoder;
import io.sluice.wire.Frames;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The outlet of a subscriber in the same process: takes as many frames as the subscriber has
 * requested, and hands over what they say.
 *
 * <p>Confined to the hub's own loop, but for requests and the end, which come from any thread and
 * are passed on to it.
 */
final class LocalOutlet implements Outlet {

  /** Where deliveries go. */
  private interface Receiver {
    void next(Delivery delivery);

    void closed(CloseReason reason);
  }

  private final LocalLoop loop;
  private final Receiver receiver;
  private long demand;
  private boolean over;
  private CloseReason reason = CloseReason.CLOSED;
  private @Nullable Stream stream;

  private LocalOutlet(LocalLoop loop, Receiver receiver, long demand) {
    this.loop = loop;
    this.receiver = receiver;
    this.demand = demand;
  }

  static LocalSubscription unbounded(
      LocalLoop loop, StreamOpener opener, StreamRequest request, DeliveryListener listener) {
    Receiver receiver =
        new Receiver() {
          @Override
          public void next(Delivery delivery) {
            listener.delivered(delivery);
          }

          @Override
          public void closed(CloseReason reason) {
            listener.closed(reason);
          }
        };
    LocalOutlet outlet = new LocalOutlet(loop, receiver, Long.MAX_VALUE);
    outlet.open(opener, request);
    return () -> loop.execute(() -> outlet.close(CloseReason.CLOSED));
  }

  static void requested(
      LocalLoop loop,
      StreamOpener opener,
      StreamRequest request,
      Flow.Subscriber<? super Delivery> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber"); // Reactive Streams, rule 1.9
    LocalOutlet outlet = new LocalOutlet(loop, receiver(subscriber), 0);
    try {
      loop.executeOrRefuse(
          () -> {
            subscriber.onSubscribe(outlet.new Demand());
            outlet.stream = opener.open(request, outlet);
          });
    } catch (IllegalStateException closed) {
      subscriber.onSubscribe(outlet.new Demand());
      subscriber.onError(closed);
    }
  }

  private static Receiver receiver(Flow.Subscriber<? super Delivery> subscriber) {
    return new Receiver() {
      @Override
      public void next(Delivery delivery) {
        subscriber.onNext(delivery);
      }

      @Override
      public void closed(CloseReason reason) {
        switch (reason) {
          case CLIENT -> {} // it has cancelled, and expects to hear nothing more
          case BROKEN ->
              subscriber.onError(new IllegalArgumentException("request must be positive"));
          case BEHIND ->
              subscriber.onError(
                  new IllegalStateException("the next event is gone: requested too late"));
          default -> subscriber.onComplete();
        }
      }
    };
  }

  /** The subscriber's end of the subscription. Thread-safe. */
  private final class Demand implements Flow.Subscription {
    @Override
    public void request(long n) {
      loop.execute(() -> LocalOutlet.this.request(n));
    }

    @Override
    public void cancel() {
      loop.execute(() -> close(CloseReason.CLIENT));
    }
  }

  private void open(StreamOpener opener, StreamRequest request) {
    // Where a live subscription begins is decided before this returns: what the caller publishes
    // next must reach it.
    if (loop.inLoop()) {
      stream = opener.open(request, this);
    } else {
      CompletableFuture.runAsync(() -> stream = opener.open(request, this), loop::executeOrRefuse)
          .join();
    }
  }

  private void request(long n) {
    if (n <= 0) {
      close(CloseReason.BROKEN); // Reactive Streams, rule 3.9
      return;
    }
    demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
    if (stream != null) {
      stream.drained();
    }
  }

  private void close(CloseReason why) {
    if (over) {
      return;
    }
    reason = why;
    if (stream != null) {
      stream.loop.close(stream, why, true);
    } else {
      end();
    }
  }

  @Override
  public int write(Frames frames, int from) {
    int taken = from;
    while (taken < frames.count() && !over) {
      Delivery delivery = delivery(frames, taken);
      if (delivery != null) {
        if (demand == 0) {
          break;
        }
        demand = demand == Long.MAX_VALUE ? demand : demand - 1;
        hand(delivery);
      }
      taken++;
    }
    return taken - from;
  }

  private void hand(Delivery delivery) {
    try {
      receiver.next(delivery);
    } catch (RuntimeException | Error thrown) {
      // The end of this subscription, not of the loop; and its thread's handler is told.
      demand = 0;
      Thread current = Thread.currentThread();
      current.getUncaughtExceptionHandler().uncaughtException(current, thrown);
      loop.execute(() -> close(CloseReason.CLIENT));
    }
  }

  /** What a frame brings, or null if it brings nothing to a subscriber in the same process. */
  private static @Nullable Delivery delivery(Frames frames, int frame) {
    Control control = frames.control(frame);
    if (control == null) {
      return new Delivery.Received(FrameDecoder.event(frames, frame));
    }
    return control instanceof Control.Gap gap ? new Delivery.Missed(gap) : null;
  }

  @Override
  public int pendingBytes() {
    return 0;
  }

  @Override
  public boolean isPatient() {
    return true;
  }

  @Override
  public void end() {
    if (!over) {
      over = true;
      receiver.closed(reason);
    }
  }

  @Override
  public void abort() {
    end();
  }
}
