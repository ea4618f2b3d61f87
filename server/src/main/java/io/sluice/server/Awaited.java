package io.sluice.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something that an exchange needs before it can go on: most often it is there already, and then
 * nothing is put off.
 *
 * <p>Confined to the exchange's loop; what is awaited may come on any thread.
 */
record Awaited<T extends @Nullable Object>(Exchange exchange, CompletableFuture<T> outcome) {

  /**
   * Goes on with it. If it failed, or going on does, the request is answered with that.
   *
   * @throws RuntimeException what it failed with, if that is known now
   */
  void then(Consumer<T> goOn) {
    if (outcome.isDone()) {
      goOn.accept(value());
    } else {
      outcome.whenCompleteAsync(
          (value, failure) -> exchange.run(later -> goOn.accept(value())), exchange.loop());
    }
  }

  private T value() {
    try {
      return outcome.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }
}
