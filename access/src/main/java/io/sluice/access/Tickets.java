package io.sluice.access;

import io.sluice.access.Identification.Known;
import io.sluice.access.Identification.Refused;
import io.sluice.event.ChannelPattern;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One-time tickets: what a browser's EventSource, which can't set headers, puts into its URL. A
 * ticket stands for whoever asked for it, perhaps confined to channels, once and for a short time.
 *
 * <p>Thread-safe. Nothing blocks.
 */
public final class Tickets {

  /** So long is a ticket good where nothing else is said. */
  public static final Duration DEFAULT_TTL = Duration.ofSeconds(30);

  /** So long at most. */
  public static final Duration MAX_TTL = Duration.ofMinutes(10);

  /** A ticket is confined to no more channels and patterns than this. */
  public static final int MAX_CHANNELS = 100;

  /** What every ticket begins with. */
  static final String PREFIX = "slt_";

  private static final int RANDOM_BYTES = 24;
  private static final int LENGTH = PREFIX.length() + RANDOM_BYTES / 3 * 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TicketStore store;
  private final InstantSource clock;

  /** Tickets that are kept in a store. */
  public Tickets(TicketStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Checks how long tickets are to be good.
   *
   * @return the same
   * @throws IllegalArgumentException unless it is 1 s to {@link #MAX_TTL}
   */
  public static Duration checkTtl(Duration ttl) {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(MAX_TTL) > 0) {
      throw new IllegalArgumentException(
          "tickets can't be good for "
              + ttl.toMillis()
              + " ms: from 1 s to "
              + MAX_TTL.toMinutes()
              + " min is possible, and half a minute is enough to open a stream");
    }
    return ttl;
  }

  /**
   * Gives a ticket. It isn't good for longer than its owner is, and is taken back with it.
   *
   * @param owner whom it stands for: somebody, not anonymous
   * @param channels what it is confined to; empty for all that its owner may
   * @param ttl how long it is good
   * @return fails if the store does
   * @throws IllegalArgumentException for an anonymous or expired owner, too many channels, channels
   *     that an owner who is confined itself isn't confined to, or a ttl out of bounds
   */
  public CompletableFuture<Ticket> issue(
      Identity owner, List<ChannelPattern> channels, Duration ttl) {
    Instant now = clock.instant();
    checkTtl(ttl);
    if (owner.subject() == null || owner.hasExpired(now)) {
      throw new IllegalArgumentException("a ticket must be somebody's, who isn't expired");
    }
    if (channels.size() > MAX_CHANNELS) {
      throw new IllegalArgumentException(
          "a ticket is for at most "
              + MAX_CHANNELS
              + " channels and patterns, this one is for "
              + channels.size());
    }
    Identity bearer = channels.isEmpty() ? owner : owner.confinedTo(channels);
    Instant end = now.plus(ttl);
    Instant expires =
        owner.expires() != null && owner.expires().isBefore(end) ? owner.expires() : end;
    byte[] chance = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(chance);
    String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(chance);
    return store
        .put(Fingerprint.of(text).toString(), new TicketStore.Entry(bearer, expires))
        .thenApply(done -> new Ticket(text, expires));
  }

  /**
   * Says whom a ticket stands for, once: whoever comes second with it is refused.
   *
   * @return fails if the store does
   */
  public CompletableFuture<Identification> redeem(String text) {
    // What can't be one needn't be looked for, far away perhaps.
    return text.length() == LENGTH && text.startsWith(PREFIX)
        ? store.take(Fingerprint.of(text).toString()).thenApply(this::identify)
        : CompletableFuture.completedFuture(invalid());
  }

  private Identification identify(TicketStore.@Nullable Entry entry) {
    return entry == null || !clock.instant().isBefore(entry.expires())
        ? invalid()
        : new Known(entry.identity());
  }

  // One answer for all: who guesses learns nothing from it.
  private static Refused invalid() {
    return new Refused(
        "ticket-invalid",
        "this ticket was used, has expired or never was: one is good once and only for a short"
            + " time ("
            + DEFAULT_TTL.toSeconds()
            + " s unless settings say otherwise). Ask for a new one with POST /tickets for each"
            + " connection; an EventSource that reconnects by itself sends the old one again");
  }
}
