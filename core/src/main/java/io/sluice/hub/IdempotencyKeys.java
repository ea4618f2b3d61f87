package io.sluice.hub;

import io.sluice.log.Epochs;
import io.sluice.log.KeptKey;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The publishers' keys of the last minutes, and what each first publish came to. A second publish
 * with a key gets the outcome of the first, also while that is still on its way.
 *
 * <p>Thread-safe.
 */
final class IdempotencyKeys {

  /** How long a key is remembered. */
  static final Duration WINDOW = Duration.ofMinutes(10);

  private record Entry(CompletableFuture<Receipt> outcome, long atMillis) {

    boolean isGone(Predicate<Receipt> stillThere) {
      return outcome.isDone()
          && !outcome.isCompletedExceptionally()
          && !stillThere.test(outcome.join());
    }
  }

  private final int limit;
  private final Predicate<Receipt> stillThere;

  // In order of age: the oldest go first, by age and when there are too many.
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * @param stillThere whether the log has what a publish came to
   */
  IdempotencyKeys(int limit, Predicate<Receipt> stillThere) {
    this.limit = limit;
    this.stillThere = stillThere;
  }

  /** Remembers keys of before; to be called before any other. */
  void restore(List<KeptKey> kept, Epochs epochs) {
    synchronized (entries) {
      for (KeptKey key : kept) {
        Receipt receipt = new Receipt(epochs.id(key.first()), key.count(), false);
        entries.put(
            key.key(), new Entry(CompletableFuture.completedFuture(receipt), key.timeMillis()));
      }
    }
  }

  /** The outcome of the first publish with the key; begins one if there was none. */
  CompletableFuture<Receipt> once(
      String key, long nowMillis, Supplier<CompletableFuture<Receipt>> publish) {
    CompletableFuture<Receipt> outcome = new CompletableFuture<>();
    synchronized (entries) {
      forget(nowMillis, Integer.MAX_VALUE);
      Entry known = entries.get(key);
      if (known != null && known.isGone(stillThere)) {
        entries.remove(key);
        known = null;
      }
      if (known != null) {
        return known.outcome.thenApply(first -> new Receipt(first.first(), first.count(), true));
      }
      // Only now: a key that is known mustn't go to make room for itself.
      forget(nowMillis, limit);
      entries.put(key, new Entry(outcome, nowMillis));
    }
    begin(publish)
        .whenComplete(
            (receipt, failure) -> {
              if (failure == null) {
                outcome.complete(receipt);
              } else {
                // Nothing was appended: a retry with the key must be able to.
                synchronized (entries) {
                  entries.remove(key);
                }
                outcome.completeExceptionally(failure);
              }
            });
    return outcome;
  }

  // A key without an outcome would be waited for by its next publish, and never be forgotten.
  private static CompletableFuture<Receipt> begin(Supplier<CompletableFuture<Receipt>> publish) {
    try {
      return publish.get();
    } catch (RuntimeException | Error failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private void forget(long nowMillis, int most) {
    Iterator<Entry> oldest = entries.values().iterator();
    while (oldest.hasNext()) {
      Entry entry = oldest.next();
      boolean old = nowMillis - entry.atMillis > WINDOW.toMillis();
      if (!old && entries.size() < most) {
        return;
      }
      if (!entry.outcome.isDone()) {
        return; // its outcome is still awaited
      }
      oldest.remove();
    }
  }
}
