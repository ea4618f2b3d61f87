package io.sluice.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often each address may try. IPv6 addresses count by their first 64 bits.
 *
 * <p>Remembers {@value #MAX_ADDRESSES} addresses, some 17 MiB. With more at the same time those
 * that try seldom are forgotten first; who tries again and again stays. An address that hasn't
 * tried for the rate's time has a full bucket again, and needn't be remembered.
 *
 * <p>Thread-safe.
 */
public final class AttemptLimit {

  private static final int MAX_ADDRESSES = 50_000;

  private final TokenBuckets buckets;
  private final Spending spending;
  private final Cache<AddressBlock, Bucket> byAddress;

  public AttemptLimit(Rate rate) {
    this(rate, Spending.ALONE);
  }

  /**
   * @param spending is told of each attempt that was allowed, with one amount
   */
  public AttemptLimit(Rate rate, Spending spending) {
    this(rate, System::nanoTime, MAX_ADDRESSES, spending);
  }

  /**
   * @param nanos a clock that never goes back, {@link System#nanoTime}
   */
  public AttemptLimit(Rate rate, LongSupplier nanos) {
    this(rate, nanos, MAX_ADDRESSES, Spending.ALONE);
  }

  AttemptLimit(Rate rate, LongSupplier nanos, int maxAddresses) {
    this(rate, nanos, maxAddresses, Spending.ALONE);
  }

  AttemptLimit(Rate rate, LongSupplier nanos, int maxAddresses, Spending spending) {
    this.spending = spending;
    buckets = new TokenBuckets(rate, nanos);
    byAddress =
        Caffeine.newBuilder()
            .maximumSize(maxAddresses)
            .expireAfterAccess(rate.per())
            .ticker(nanos::getAsLong)
            .executor(Runnable::run) // its upkeep is short, and a pool's thread is not ours
            .build();
  }

  /**
   * Counts an attempt.
   *
   * @return why it isn't allowed, null if it is
   */
  public @Nullable Exceeded attempt(InetAddress address) {
    AddressBlock block = AddressBlock.of(address);
    Duration wait = buckets.take(byAddress.get(block, some -> buckets.fill()), 1);
    if (wait == null) {
      spending.spent(new Account.Address(block).code(), 1);
      return null;
    }
    return new Exceeded(
        "too-many-attempts",
        buckets.rate() + " attempts are allowed from an address, and " + block + " makes more",
        wait);
  }

  /**
   * Counts attempts that another node allowed: if they are more than were left, the address owes
   * them.
   *
   * @param account as {@link Spending} was told there
   * @throws IllegalArgumentException if it isn't an address
   */
  public void charge(String account, long attempts) {
    if (!(Account.parse(account) instanceof Account.Address(AddressBlock block))) {
      throw new IllegalArgumentException("not an address: " + account);
    }
    byAddress.get(block, some -> buckets.fill()).consumeIgnoringRateLimits(attempts);
  }

  /** How many addresses are remembered. */
  long addresses() {
    byAddress.cleanUp();
    return byAddress.estimatedSize();
  }
}
