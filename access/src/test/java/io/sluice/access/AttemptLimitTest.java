package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AttemptLimitTest {

  private static final InetAddress SOMEBODY = address("192.0.2.1");

  private final ManualNanos clock = new ManualNanos();
  private final AttemptLimit limit = new AttemptLimit(Rate.parse("60/min"), clock);

  private static InetAddress address(String text) {
    return AddressText.parse(text);
  }

  private static InetAddress v4(int number) {
    return AddressText.of(ByteBuffer.allocate(4).putInt(number).array());
  }

  private int allowed(InetAddress address, int attempts) {
    int allowed = 0;
    for (int i = 0; i < attempts; i++) {
      allowed += limit.attempt(address) == null ? 1 : 0;
    }
    return allowed;
  }

  @Test
  void allowsAsMuchAsTheRateAtOnceAndThenAsItPasses() {
    assertThat(allowed(SOMEBODY, 100)).isEqualTo(60);
    clock.advance(Duration.ofMillis(999));
    assertThat(allowed(SOMEBODY, 1)).isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(allowed(SOMEBODY, 2)).isEqualTo(1);
    clock.advance(Duration.ofSeconds(10));
    assertThat(allowed(SOMEBODY, 100)).isEqualTo(10);
    clock.advance(Duration.ofHours(10));
    assertThat(allowed(SOMEBODY, 100)).isEqualTo(60);
  }

  @Test
  void saysWhoseLimitItIsAndWhenToComeBack() {
    allowed(SOMEBODY, 60);
    Exceeded exceeded = limit.attempt(SOMEBODY);
    assertThat(exceeded.code()).isEqualTo("too-many-attempts");
    assertThat(exceeded.detail()).contains("60/min").contains("192.0.2.1");
    assertThat(exceeded.retryAfter())
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(1).plusNanos(1));
    assertThat(exceeded.concernsEverybody()).isFalse();
    clock.advance(exceeded.retryAfter());
    assertThat(limit.attempt(SOMEBODY)).isNull();
  }

  @Test
  void oneAddressDoesNotUseUpAnothers() {
    assertThat(allowed(SOMEBODY, 100)).isEqualTo(60);
    assertThat(allowed(address("192.0.2.2"), 100)).isEqualTo(60);
    assertThat(allowed(address("::"), 100)).isEqualTo(60);
    assertThat(allowed(address("::c000:201"), 100)).isZero(); // of the same 64 bits as ::
  }

  @Test
  void addressesOfOneIpv6NetworkCountAsOne() {
    assertThat(allowed(address("2001:db8:0:1::1"), 40)).isEqualTo(40);
    assertThat(allowed(address("2001:db8:0:1:ffff::2"), 40)).isEqualTo(20);
    assertThat(allowed(address("2001:db8:0:2::1"), 40)).isEqualTo(40);
    assertThat(limit.attempt(address("2001:db8:0:1::3")).detail()).contains("2001:db8:0:1::/64");
  }

  @Test
  void aFloodOfAddressesTakesNoMoreThanABoundedMemory() {
    AttemptLimit small = new AttemptLimit(Rate.parse("60/min"), clock, 1000);
    for (int i = 0; i < 50_000; i++) {
      small.attempt(v4(i));
    }
    assertThat(small.addresses()).isLessThanOrEqualTo(1000);
  }

  @Test
  void whoTriesAgainAndAgainIsNotForgottenInAFlood() {
    AttemptLimit small = new AttemptLimit(Rate.parse("60/min"), clock, 1000);
    int allowed = 0;
    for (int i = 0; i < 50_000; i++) {
      small.attempt(v4(i));
      if (i % 100 == 0) {
        allowed += small.attempt(SOMEBODY) == null ? 1 : 0;
      }
    }
    assertThat(allowed).isEqualTo(60);
  }

  @Test
  void anAddressThatWasQuietForTheRatesTimeIsForgotten() {
    allowed(SOMEBODY, 1);
    assertThat(limit.addresses()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(1).plusNanos(1));
    assertThat(limit.addresses()).isZero();
  }

  @Test
  void racingThreadsGetNoMoreThanTheRate() throws Exception {
    int threads = 4;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 50; round++) {
        InetAddress address = v4(round);
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<Integer> racer =
            () -> {
              start.await();
              return allowed(address, 40);
            };
        List<Future<Integer>> racers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          racers.add(pool.submit(racer));
        }
        int allowed = 0;
        for (Future<Integer> each : racers) {
          allowed += each.get();
        }
        assertThat(allowed).isEqualTo(60);
      }
    }
  }
}
