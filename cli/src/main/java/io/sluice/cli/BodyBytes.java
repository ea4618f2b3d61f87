package io.sluice.cli;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response body to be read by a thread that waits for it no longer than it wants to. At most one
 * piece waits to be read: who doesn't read stops the sender through TCP.
 *
 * <p>The methods of {@link Flow.Subscriber} are the HTTP client's; {@link #poll} and {@link #close}
 * belong to one reading thread. Hand-over through the queue.
 */
final class BodyBytes implements Flow.Subscriber<List<ByteBuffer>> {

  /** What comes from a body. */
  sealed interface Piece {

    /** Bytes, in order. */
    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    /** The body is complete. Nothing follows. */
    record End() implements Piece {}

    /** The connection failed before the body was complete. Nothing follows. */
    record Failed(Throwable reason) implements Piece {}
  }

  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private volatile Flow.@Nullable Subscription subscription;

  /**
   * Waits for the next piece.
   *
   * @return null if none came in that time
   */
  @Nullable Piece poll(Duration time) throws InterruptedException {
    Piece piece = pieces.poll(time.toNanos(), TimeUnit.NANOSECONDS);
    if (piece instanceof Piece.Bytes) {
      request();
    }
    return piece;
  }

  /** Closes the connection if the body hasn't ended. */
  void close() {
    Flow.Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
  }

  private void request() {
    Flow.Subscription current = subscription;
    if (current != null) {
      current.request(1);
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    pieces.add(new Piece.Bytes(buffers));
  }

  @Override
  public void onError(Throwable reason) {
    pieces.add(new Piece.Failed(reason));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece.End());
  }
}
