package io.sluice.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is read by a thread of its own, for a {@link StreamListener}.
 *
 * <p>Thread-safe.
 */
public final class Listening implements AutoCloseable {

  private final Follower follower;
  private final CompletableFuture<StreamEnd> ended = new CompletableFuture<>();
  private volatile @Nullable Thread reading;

  private Listening(Follower follower) {
    this.follower = follower;
  }

  static Listening start(Follower follower, StreamListener listener, Executor executor) {
    Listening listening = new Listening(follower);
    executor.execute(() -> listening.read(listener));
    return listening;
  }

  /**
   * The last id that was read, of an event, a gap or a heartbeat. It may be ahead of what the
   * listener was given.
   */
  public String position() {
    return follower.position();
  }

  /** Completed when the stream is over and the listener was told; never with an exception. */
  public CompletableFuture<StreamEnd> ended() {
    return ended.copy();
  }

  /**
   * Ends the stream for good, and waits until the listener has done with the delivery that it works
   * on: when this returns, nothing is given to it any more. Called by the listener itself it
   * doesn't wait.
   */
  @Override
  public void close() {
    follower.close();
    if (!Thread.currentThread().equals(reading)) {
      ended.join();
    }
  }

  /** Ends the stream for good, without waiting for the listener. */
  void hangUp() {
    follower.close();
  }

  private void read(StreamListener listener) {
    reading = Thread.currentThread();
    try {
      Delivery delivery = follower.next(Deadline.NONE);
      while (delivery != null) {
        switch (delivery) {
          case ReceivedEvent event -> listener.onEvent(event);
          case Gap gap -> listener.onGap(gap);
        }
        delivery = follower.next(Deadline.NONE);
      }
    } catch (InterruptedException e) {
      // Whoever stops the thread wants no more.
      Thread.currentThread().interrupt();
      follower.finish(new StreamEnd.Closed());
    } catch (RuntimeException | Error e) {
      follower.finish(new StreamEnd.Failed(e));
    }
    StreamEnd end = follower.end();
    StreamEnd reason = end == null ? new StreamEnd.Closed() : end;
    try {
      listener.onEnd(reason);
    } finally {
      ended.complete(reason);
    }
  }
}
