package io.sluice.server;

import io.sluice.access.AttemptLimit;
import io.sluice.access.ClientAddress;
import io.sluice.access.ConnectionLimits;
import io.sluice.access.Exceeded;
import io.sluice.access.Lease;
import io.sluice.access.PublishLimits;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How much each address and each subject may have of the hub.
 *
 * <p>Thread-safe.
 *
 * @param addresses tells a client from the proxies before it
 * @param attempts how often an address may try, or null for no limit
 * @param connections how many streams may be open, or null where only their number in all counts
 * @param publishes how much may be published, or null for no limit
 */
record ClientLimits(
    ClientAddress addresses,
    @Nullable AttemptLimit attempts,
    @Nullable ConnectionLimits connections,
    @Nullable PublishLimits publishes) {

  /** No limits, and no proxies. */
  static final ClientLimits NONE = new ClientLimits(new ClientAddress(List.of()), null, null, null);

  private static final CompletableFuture<@Nullable Lease> UNCOUNTED =
      CompletableFuture.completedFuture(null);

  /** Who is really there: the peer, or the client that a trusted proxy names. */
  InetAddress address(Exchange exchange) {
    return addresses.resolve(
        exchange.remoteAddress().getAddress(),
        exchange.headers("X-Forwarded-For"),
        exchange.headers("Forwarded"));
  }

  /**
   * Counts an attempt.
   *
   * @throws RefusedException with 429 {@code too-many-attempts} if there were too many
   */
  void attempt(Exchange exchange) {
    if (attempts != null) {
      refuse(attempts.attempt(address(exchange)));
    }
  }

  /**
   * Takes a place for a stream, to be given back when it ends; null where places aren't counted.
   *
   * @return done at once unless other nodes count too; fails with {@link RefusedException}, 429 or
   *     503 {@code too-many-connections}, if there is none
   */
  CompletableFuture<@Nullable Lease> open(Exchange exchange) {
    if (connections == null) {
      return UNCOUNTED;
    }
    return connections
        .open(exchange.identity(), address(exchange))
        .thenApply(
            admission ->
                switch (admission) {
                  case Lease lease -> lease;
                  case Exceeded exceeded -> throw new RefusedException(problem(exceeded));
                });
  }

  /** Counts what is published; why it may not be, or null if it may. */
  @Nullable Problem publish(Exchange exchange, int events, long bytes) {
    if (publishes == null) {
      return null;
    }
    Exceeded exceeded = publishes.publish(exchange.identity(), address(exchange), events, bytes);
    return exceeded == null ? null : problem(exceeded);
  }

  private static void refuse(@Nullable Exceeded exceeded) {
    if (exceeded != null) {
      throw new RefusedException(problem(exceeded));
    }
  }

  private static Problem problem(Exceeded exceeded) {
    return new Problem(
        exceeded.concernsEverybody() ? 503 : 429,
        exceeded.code(),
        exceeded.detail(),
        exceeded.retryAfter(),
        null);
  }
}
