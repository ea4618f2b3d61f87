package io.sluice.access;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Where tickets are between being given and being shown. It knows their hashes alone, so whoever
 * reads it can't show one. It may forget a ticket early; it must never give one twice.
 *
 * <p>Thread-safe. Nothing blocks.
 */
public interface TicketStore {

  /**
   * A ticket not shown yet.
   *
   * @param identity whom it stands for
   * @param expires from then on it is worth nothing, and may be forgotten
   */
  record Entry(Identity identity, Instant expires) {}

  /**
   * Keeps a ticket.
   *
   * @param hash 64 hexadecimal digits
   * @return done when another request can show it; fails if it can't be kept
   */
  CompletableFuture<@Nullable Void> put(String hash, Entry entry);

  /**
   * Takes a ticket out: however many ask at a time, one gets it.
   *
   * @return null for one that isn't there; fails if nobody can say
   */
  CompletableFuture<@Nullable Entry> take(String hash);
}
