package io.sluice.spring;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/** Puts off what must not happen before a transaction is committed. Stateless. */
final class AfterCommit {

  private static final boolean TRANSACTIONS =
      ClassUtils.isPresent(
          "org.springframework.transaction.support.TransactionSynchronizationManager",
          AfterCommit.class.getClassLoader());

  private AfterCommit() {}

  /**
   * Publishes after the commit of the transaction that the calling thread is in; at once if it is
   * in none.
   *
   * @return completes as the publish does; fails with {@link RolledBackException} if there was none
   */
  static <T> CompletableFuture<T> publish(Supplier<CompletableFuture<T>> publish) {
    return TRANSACTIONS ? Transactional.publish(publish) : publish.get();
  }

  /** Loaded only where Spring's transactions are. */
  private static final class Transactional {

    static <T> CompletableFuture<T> publish(Supplier<CompletableFuture<T>> publish) {
      if (!TransactionSynchronizationManager.isSynchronizationActive()
          || !TransactionSynchronizationManager.isActualTransactionActive()) {
        return publish.get();
      }
      CompletableFuture<T> outcome = new CompletableFuture<>();
      TransactionSynchronizationManager.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
              if (status == STATUS_COMMITTED) {
                settle(outcome, publish);
              } else {
                outcome.completeExceptionally(new RolledBackException());
              }
            }
          });
      return outcome;
    }

    private static <T> void settle(
        CompletableFuture<T> outcome, Supplier<CompletableFuture<T>> publish) {
      CompletableFuture<T> published;
      try {
        published = publish.get();
      } catch (RuntimeException refused) {
        outcome.completeExceptionally(refused);
        return;
      }
      published.whenComplete(
          (value, failure) -> {
            if (failure == null) {
              outcome.complete(value);
            } else {
              outcome.completeExceptionally(failure);
            }
          });
    }
  }
}
