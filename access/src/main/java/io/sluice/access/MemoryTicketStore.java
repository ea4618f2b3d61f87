package io.sluice.access;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tickets of one hub, for as long as it runs. Where there are too many, the oldest go: of the
 * subject first, then of all.
 *
 * <p>Thread-safe: guarded by this, for a few operations on maps.
 */
public final class MemoryTicketStore implements TicketStore {

  /** There are no more than this. */
  public static final int MAX_TICKETS = 100_000;

  /** A subject has no more than this. */
  public static final int MAX_PER_SUBJECT = 100;

  // Each call clears away so many at most, which is more than it can add.
  private static final int STEP = 4;

  private record Owner(boolean key, @Nullable String subject) {
    static Owner of(Identity identity) {
      return new Owner(identity.kind() == Identity.Kind.KEY, identity.subject());
    }
  }

  private final InstantSource clock;
  private final int limit;
  private final int limitPerSubject;

  // Both in the order in which they came.
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<Owner, Set<String>> byOwner = new HashMap<>();

  /** None yet. */
  public MemoryTicketStore(InstantSource clock) {
    this(clock, MAX_TICKETS, MAX_PER_SUBJECT);
  }

  MemoryTicketStore(InstantSource clock, int limit, int limitPerSubject) {
    this.clock = clock;
    this.limit = limit;
    this.limitPerSubject = limitPerSubject;
  }

  @Override
  public CompletableFuture<@Nullable Void> put(String hash, Entry entry) {
    keep(hash, entry);
    return CompletableFuture.completedFuture(null);
  }

  private synchronized void keep(String hash, Entry entry) {
    clearExpired(clock.instant());
    Set<String> owned =
        byOwner.computeIfAbsent(Owner.of(entry.identity()), owner -> new LinkedHashSet<>());
    if (owned.size() >= limitPerSubject) {
      String oldest = owned.iterator().next();
      entries.remove(oldest);
      owned.remove(oldest);
    }
    if (entries.size() >= limit) {
      remove(entries.keySet().iterator().next());
      // That may have been the owner's last, and its set forgotten with it.
      owned = byOwner.computeIfAbsent(Owner.of(entry.identity()), owner -> new LinkedHashSet<>());
    }
    entries.put(hash, entry);
    owned.add(hash);
  }

  @Override
  public synchronized CompletableFuture<@Nullable Entry> take(String hash) {
    Entry entry = remove(hash);
    clearExpired(clock.instant());
    return CompletableFuture.completedFuture(entry);
  }

  private void clearExpired(Instant now) {
    for (int i = 0; i < STEP; i++) {
      Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
      if (!oldest.hasNext()) {
        return;
      }
      Map.Entry<String, Entry> first = oldest.next();
      if (now.isBefore(first.getValue().expires())) {
        return;
      }
      remove(first.getKey());
    }
  }

  private @Nullable Entry remove(String hash) {
    Entry entry = entries.remove(hash);
    if (entry != null) {
      Owner owner = Owner.of(entry.identity());
      Set<String> owned = byOwner.get(owner);
      if (owned != null && owned.remove(hash) && owned.isEmpty()) {
        byOwner.remove(owner);
      }
    }
    return entry;
  }

  /** How many there are, some of them perhaps expired. */
  public synchronized int size() {
    return entries.size();
  }

  synchronized int owners() {
    return byOwner.size();
  }
}
