package io.sluice.spring;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
   * Publishes after the commit of the transaction that the calling thread is in; at once if it is in
   * none.
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
                publish.get().whenComplete((value, failure) -> relay(outcome, value, failure));
              } else {
                outcome.completeExceptionally(new RolledBackException());
              }
            }
          });
      return outcome;
    }

    private static <T> void relay(
        CompletableFuture<T> to, T value, @Nullable Throwable failure) {
      if (failure == null) {
        to.complete(value);
      } else {
        to.completeExceptionally(failure);
      }
    }
  }
}
