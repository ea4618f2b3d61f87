package io.sluice.redis.fleet;

import io.sluice.access.Identity;
import io.sluice.access.IdentityJson;
import io.sluice.access.TicketStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tickets of all nodes: whichever one is shown a ticket first, has it. They run out by Redis' clock
 * alone. Without Redis none can be had, and none is good.
 *
 * <p>Thread-safe.
 */
final class RedisTickets implements TicketStore {

  /** A subject has no more than this. */
  static final int MAX_PER_SUBJECT = 100;

  private static final int DIGEST_DIGITS = 64;

  private final Line line;
  private final InstantSource clock;

  RedisTickets(Line line, InstantSource clock) {
    this.line = line;
    this.clock = clock;
  }

  @Override
  public CompletableFuture<@Nullable Void> put(String hash, Entry entry) {
    String owner = owner(entry.identity());
    long ttl = Math.max(1, Duration.between(clock.instant(), entry.expires()).toMillis());
    byte[] identity = IdentityJson.write(entry.identity());
    byte[] value = Arrays.copyOf(owner.getBytes(StandardCharsets.US_ASCII), 64 + identity.length);
    System.arraycopy(identity, 0, value, DIGEST_DIGITS, identity.length);
    return line.run(
            Script.TICKET,
            List.of(line.key("ticket:" + hash), line.key("tickets:" + owner)),
            List.of(value, ttl, hash, line.key("ticket:"), MAX_PER_SUBJECT))
        .thenApply(done -> null);
  }

  @Override
  public CompletableFuture<@Nullable Entry> take(String hash) {
    return line.run(
            Script.REDEEM, List.of(line.key("ticket:" + hash)), List.of(hash, line.key("tickets:")))
        .thenApply(RedisTickets::entry);
  }

  private static @Nullable Entry entry(List<Object> kept) {
    if (kept.isEmpty()) {
      return null;
    }
    byte[] value = (byte[]) kept.getFirst();
    Identity identity = IdentityJson.read(Arrays.copyOfRange(value, DIGEST_DIGITS, value.length));
    // What Redis still has is good: this node's clock has no say in it.
    return new Entry(identity, Instant.MAX);
  }

  private static String owner(Identity identity) {
    String name = (identity.kind() == Identity.Kind.KEY ? "k:" : "s:") + identity.subject();
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
