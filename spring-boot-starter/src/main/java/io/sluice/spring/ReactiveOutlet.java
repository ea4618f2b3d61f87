package io.sluice.spring;

import io.sluice.hub.CloseReason;
import io.sluice.hub.Loop;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.wire.Frames;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;

/**
 * An event stream as the body of a reactive response: a publisher of pieces, each only when the
 * server has asked for one, and while what the server holds of those before is little. A slow
 * client is a number of the hub's, and no queue.
 *
 * <p>Confined to its loop, but for what the server calls, on threads of its own.
 */
final class ReactiveOutlet implements Outlet, Publisher<DataBuffer> {

  /**
   * Bytes that the server may hold of one stream, as it were the socket's buffer. Netty's server
   * asks for many pieces ahead, whatever its client takes.
   */
  private static final int MAX_HELD_BYTES = 64 << 10;

  private final Loop loop;
  private final PieceBuffers buffers;
  private final Runnable cut;
  private final Function<Outlet, OutletOwner> opening;
  private final String peer;
  private final AtomicBoolean subscribed = new AtomicBoolean();

  // The loop's own.
  private @Nullable Subscriber<? super DataBuffer> subscriber;
  private @Nullable OutletOwner owner;
  private long demand;
  private int heldBytes;
  private boolean opened;
  private boolean ended;

  /**
   * @param buffers make the pieces
   * @param cut closes the connection at once
   * @param opening says whose it is; called on the loop
   */
  ReactiveOutlet(
      Loop loop,
      PieceBuffers buffers,
      Runnable cut,
      String peer,
      Function<Outlet, OutletOwner> opening) {
    this.loop = loop;
    this.buffers = buffers;
    this.cut = cut;
    this.peer = peer;
    this.opening = opening;
  }

  @Override
  public void subscribe(Subscriber<? super DataBuffer> by) {
    Objects.requireNonNull(by, "subscriber"); // Reactive Streams, rule 1.9
    if (!subscribed.compareAndSet(false, true)) {
      by.onSubscribe(new Nothing());
      by.onError(new IllegalStateException("a stream has one subscriber"));
      return;
    }
    loop.execute(
        () -> {
          subscriber = by;
          by.onSubscribe(new Demand());
        });
  }

  /** Nothing is asked of a second subscriber. */
  private static final class Nothing implements Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }

  /** The server's end. Thread-safe. */
  private final class Demand implements Subscription {
    @Override
    public void request(long n) {
      loop.execute(() -> requested(n));
    }

    @Override
    public void cancel() {
      loop.execute(() -> gone(CloseReason.CLIENT));
    }
  }

  private void requested(long n) {
    if (n <= 0) {
      gone(CloseReason.PROTOCOL); // Reactive Streams, rule 3.9
      return;
    }
    demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
    if (!opened && !ended) {
      opened = true;
      owner = opening.apply(this); // not before: who is turned away is told so at once
    } else {
      tellDrained();
    }
  }

  /** The server has done with a piece. On any thread. */
  private void released(int bytes) {
    loop.execute(
        () -> {
          heldBytes -= bytes;
          tellDrained();
        });
  }

  private void tellDrained() {
    if (!ended && owner != null && hasRoom()) {
      owner.drained();
    }
  }

  private boolean hasRoom() {
    return demand > 0 && heldBytes < MAX_HELD_BYTES;
  }

  private void gone(CloseReason reason) {
    ended = true;
    subscriber = null;
    OutletOwner last = owner;
    owner = null;
    if (last != null) {
      last.disconnected(reason);
    }
  }

  @Override
  public int write(Frames frames, int from) {
    int next = from;
    Subscriber<? super DataBuffer> to = subscriber;
    while (next < frames.count() && !ended && to != null && hasRoom()) {
      int last = Pieces.last(frames, next);
      demand = demand == Long.MAX_VALUE ? demand : demand - 1;
      int bytes = frames.end(last) - frames.start(next);
      heldBytes += bytes;
      to.onNext(buffers.copy(frames, next, last, () -> released(bytes)));
      next = last + 1;
    }
    return next - from;
  }

  /** What the server holds beyond what it may: of a frame that is larger. */
  @Override
  public int pendingBytes() {
    return Math.max(0, heldBytes - MAX_HELD_BYTES);
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public void end() {
    if (!ended) {
      ended = true;
      if (subscriber != null) {
        subscriber.onComplete(); // after what the server holds
        loop.schedule(this::cutIfHeld, ServletOutlet.LINGER_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private void cutIfHeld() {
    if (heldBytes > 0) {
      cut.run();
    }
  }

  @Override
  public void abort() {
    end();
    cut.run();
  }
}
