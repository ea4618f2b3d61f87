package io.sluice.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many events and how many bytes each publisher may publish: a key, a subject, or an address
 * where nobody says who it is.
 *
 * <p>A publish is taken whole or refused whole. One that is more than the rate's time allows waits
 * for a time of quiet, and a longer one follows it.
 *
 * <p>Remembers {@value #MAX_PUBLISHERS} publishers, some 27 MiB; with more at the same time those
 * that publish seldom are forgotten first.
 *
 * <p>Thread-safe.
 */
public final class PublishLimits {

  private static final int MAX_PUBLISHERS = 50_000;

  // No time ends an account: it may owe for longer than its rate's time, and whoever is forgotten
  // owes nothing.
  private final Cache<Account, Balance> accounts;

  private final @Nullable TokenBuckets eventBuckets;
  private final @Nullable TokenBuckets byteBuckets;
  private final Spending spending;

  /** What an account has left; null where there is no limit. */
  private record Balance(@Nullable Bucket events, @Nullable Bucket bytes) {}

  /**
   * @param events null for no limit
   * @param bytes of data, null for no limit
   */
  public PublishLimits(@Nullable Rate events, @Nullable Rate bytes) {
    this(events, bytes, Spending.ALONE);
  }

  /**
   * @param events null for no limit
   * @param bytes of data, null for no limit
   * @param spending is told of each publish that was allowed, with its events and bytes
   */
  public PublishLimits(@Nullable Rate events, @Nullable Rate bytes, Spending spending) {
    this(events, bytes, System::nanoTime, MAX_PUBLISHERS, spending);
  }

  /**
   * @param events null for no limit
   * @param bytes of data, null for no limit
   * @param nanos a clock that never goes back, {@link System#nanoTime}
   */
  public PublishLimits(@Nullable Rate events, @Nullable Rate bytes, LongSupplier nanos) {
    this(events, bytes, nanos, MAX_PUBLISHERS, Spending.ALONE);
  }

  PublishLimits(
      @Nullable Rate events, @Nullable Rate bytes, LongSupplier nanos, int maxPublishers) {
    this(events, bytes, nanos, maxPublishers, Spending.ALONE);
  }

  PublishLimits(
      @Nullable Rate events,
      @Nullable Rate bytes,
      LongSupplier nanos,
      int maxPublishers,
      Spending spending) {
    this.spending = spending;
    accounts = Caffeine.newBuilder().maximumSize(maxPublishers).executor(Runnable::run).build();
    eventBuckets = events == null ? null : new TokenBuckets(events, nanos);
    byteBuckets = bytes == null ? null : new TokenBuckets(bytes, nanos);
  }

  /**
   * Counts a publish.
   *
   * @param address counts for who is nobody in particular
   * @param events how many, 0 or more
   * @param bytes of their data in all, 0 or more
   * @return why it isn't allowed, null if it is
   */
  public @Nullable Exceeded publish(Identity who, InetAddress address, int events, long bytes) {
    if (eventBuckets == null && byteBuckets == null) {
      return null;
    }
    Account account = Account.of(who, address);
    Balance balance = balance(account);
    Exceeded tooMany = take(eventBuckets, balance.events, events, account, "events");
    if (tooMany != null) {
      return tooMany;
    }
    Exceeded tooMuch = take(byteBuckets, balance.bytes, bytes, account, "bytes");
    if (tooMuch != null && balance.events != null && events > 0) {
      balance.events.addTokens(events);
    }
    if (tooMuch == null) {
      spending.spent(account.code(), events, bytes);
    }
    return tooMuch;
  }

  /**
   * Counts what another node let somebody publish: if it is more than was left, they owe it.
   *
   * @param account as {@link Spending} was told there
   * @throws IllegalArgumentException if it isn't one
   */
  public void charge(String account, long events, long bytes) {
    Balance balance = balance(Account.parse(account));
    if (balance.events != null && events > 0) {
      balance.events.consumeIgnoringRateLimits(events);
    }
    if (balance.bytes != null && bytes > 0) {
      balance.bytes.consumeIgnoringRateLimits(bytes);
    }
  }

  private Balance balance(Account account) {
    return accounts.get(account, some -> new Balance(fill(eventBuckets), fill(byteBuckets)));
  }

  private static @Nullable Bucket fill(@Nullable TokenBuckets buckets) {
    return buckets == null ? null : buckets.fill();
  }

  private static @Nullable Exceeded take(
      @Nullable TokenBuckets buckets,
      @Nullable Bucket bucket,
      long amount,
      Account account,
      String unit) {
    Duration wait = buckets == null || bucket == null ? null : buckets.take(bucket, amount);
    return wait == null || buckets == null
        ? null
        : new Exceeded(
            "too-many-" + unit,
            buckets.rate() + " " + unit + " may be published, and " + account + " publishes more",
            wait);
  }

  /** How many publishers are remembered. */
  long publishers() {
    accounts.cleanUp();
    return accounts.estimatedSize();
  }
}
