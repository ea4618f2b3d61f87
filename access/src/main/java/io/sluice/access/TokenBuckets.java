package io.sluice.access;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketListener;
import io.github.bucket4j.MathType;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.LockFreeBucket;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes token buckets of one rate. They share what is the same for all: there may be many
 * thousands.
 *
 * <p>Immutable; the buckets are thread-safe.
 */
final class TokenBuckets {

  private static final Duration SOONEST = Duration.ofMillis(1);

  private final Rate rate;
  private final BucketConfiguration configuration;
  private final TimeMeter meter;

  /**
   * @param nanos a clock that never goes back, {@link System#nanoTime}
   */
  TokenBuckets(Rate rate, LongSupplier nanos) {
    this.rate = rate;
    configuration =
        new BucketConfiguration(
            List.of(
                Bandwidth.builder()
                    .capacity(rate.permits())
                    .refillGreedy(rate.permits(), rate.per())
                    .build()));
    meter = new Nanos(nanos);
  }

  Rate rate() {
    return rate;
  }

  /** A full one. */
  Bucket fill() {
    return new LockFreeBucket(configuration, MathType.INTEGER_64_BITS, meter, BucketListener.NOPE);
  }

  /**
   * Takes tokens. More than a bucket holds are taken from a full one, which then owes them: it
   * takes longer to fill again, and over time the rate holds.
   *
   * @return how long to wait if there aren't enough, null if they were taken
   */
  @Nullable Duration take(Bucket bucket, long tokens) {
    long within = Math.min(tokens, rate.permits());
    if (within <= 0) {
      return null;
    }
    if (!bucket.tryConsume(within)) {
      Duration wait =
          Duration.ofNanos(bucket.estimateAbilityToConsume(within).getNanosToWaitForRefill() + 1);
      return wait.compareTo(SOONEST) < 0 ? SOONEST : wait;
    }
    if (tokens > within) {
      bucket.consumeIgnoringRateLimits(tokens - within);
    }
    return null;
  }

  private record Nanos(LongSupplier clock) implements TimeMeter {

    @Override
    public long currentTimeNanos() {
      return clock.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
