package io.sluice.access;

import io.sluice.access.Revocation.OfSubject;
import io.sluice.access.Revocation.OfToken;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Revocations of one hub, for as long as it runs.
 *
 * <p>Thread-safe: asking takes no lock.
 */
public final class MemoryRevocations implements Revocations {

  /** There are no more than this. */
  public static final int MAX_REVOCATIONS = 100_000;

  // Each call forgets so many at most: it may be on an event loop.
  private static final int STEP = 1000;

  private static final Logger log = LoggerFactory.getLogger(MemoryRevocations.class);

  private final InstantSource clock;
  private final int limit;
  private final List<Consumer<Revocation>> listeners = new CopyOnWriteArrayList<>();

  // Written under the lock only, read by anybody.
  private final Map<String, OfToken> byToken = new ConcurrentHashMap<>();
  private final Map<String, OfSubject> bySubject = new ConcurrentHashMap<>();

  // Guarded by this: all that are in the maps, the first to run out first.
  private final PriorityQueue<Revocation> byEnd =
      new PriorityQueue<>(Comparator.comparing(Revocation::until));

  /** None yet. */
  public MemoryRevocations(InstantSource clock) {
    this(clock, MAX_REVOCATIONS);
  }

  MemoryRevocations(InstantSource clock, int limit) {
    this.clock = clock;
    this.limit = limit;
  }

  @Override
  public CompletableFuture<Outcome> revoke(Revocation revocation) {
    if (!put(revocation)) {
      return CompletableFuture.completedFuture(Outcome.FULL);
    }
    for (Consumer<Revocation> listener : listeners) {
      try {
        listener.accept(revocation);
      } catch (RuntimeException failure) {
        // It holds all the same, and the others must hear of it.
        log.error("what listens to revocations failed", failure);
      }
    }
    return CompletableFuture.completedFuture(Outcome.REVOKED);
  }

  private synchronized boolean put(Revocation revocation) {
    forget(clock.instant());
    Revocation known =
        switch (revocation) {
          case OfToken token -> byToken.get(token.tokenId());
          case OfSubject subject -> bySubject.get(subject.subject());
        };
    if (known == null && byEnd.size() >= limit) {
      return false;
    }
    Revocation holds = known == null ? revocation : longer(known, revocation);
    // Into the map before the old one leaves the queue: asking sees one or the other, never none.
    switch (holds) {
      case OfToken token -> byToken.put(token.tokenId(), token);
      case OfSubject subject -> bySubject.put(subject.subject(), subject);
    }
    if (known != null) {
      byEnd.remove(known);
    }
    byEnd.add(holds);
    return true;
  }

  private static Revocation longer(Revocation known, Revocation added) {
    Instant until = later(known.until(), added.until());
    if (known instanceof OfSubject before && added instanceof OfSubject after) {
      return new OfSubject(
          after.subject(), later(before.issuedBefore(), after.issuedBefore()), until);
    }
    return added.until().equals(until) ? added : known;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private void forget(Instant now) {
    for (int i = 0; i < STEP; i++) {
      Revocation first = byEnd.peek();
      if (first == null || now.isBefore(first.until())) {
        return;
      }
      byEnd.poll();
      switch (first) {
        case OfToken token -> byToken.remove(token.tokenId());
        case OfSubject subject -> bySubject.remove(subject.subject());
      }
    }
  }

  @Override
  public boolean isRevoked(Identity identity) {
    return holds(identity.tokenId() == null ? null : byToken.get(identity.tokenId()), identity)
        || holds(identity.subject() == null ? null : bySubject.get(identity.subject()), identity);
  }

  private boolean holds(@Nullable Revocation revocation, Identity identity) {
    return revocation != null
        && revocation.concerns(identity)
        && clock.instant().isBefore(revocation.until());
  }

  @Override
  public void onRevoked(Consumer<Revocation> listener) {
    listeners.add(listener);
  }

  /** All that may still hold, in no particular order. */
  public synchronized List<Revocation> all() {
    return List.copyOf(byEnd);
  }

  @Override
  public synchronized int size() {
    return byEnd.size();
  }
}
