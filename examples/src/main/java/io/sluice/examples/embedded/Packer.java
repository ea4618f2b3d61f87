package io.sluice.examples.embedded;

import io.sluice.hub.Delivery;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes one delivery at a time, and asks for the next when it is done with it; after so many it has
 * enough.
 *
 * <p>The hub calls it on one thread; {@link #awaitEnd} is for another.
 */
final class Packer implements Flow.Subscriber<Delivery> {

  private final Consumer<Delivery> work;
  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
  private int left;
  private Flow.@Nullable Subscription subscription;

  /**
   * @param enough how many it takes
   * @param work what it does with each
   */
  Packer(int enough, Consumer<Delivery> work) {
    this.left = enough;
    this.work = work;
  }

  @Override
  public void onSubscribe(Flow.Subscription begun) {
    subscription = begun;
    begun.request(1);
  }

  @Override
  public void onNext(Delivery delivery) {
    work.accept(delivery);
    Flow.Subscription begun = subscription;
    if (begun == null) {
      throw new IllegalStateException("a delivery before the subscription");
    }
    if (--left > 0) {
      begun.request(1);
    } else {
      begun.cancel();
      end.complete(null);
    }
  }

  @Override
  public void onError(Throwable failure) {
    end.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    end.completeExceptionally(new IllegalStateException("the hub closed before it had enough"));
  }

  /** Waits until it has had enough. */
  void awaitEnd() throws InterruptedException {
    try {
      end.get();
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    }
  }
}
