package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PendingRequestsTest {

  @Test
  void noMoreThanTheLimitWaitAtTheSameTime() {
    PendingRequests pending = new PendingRequests(2);
    assertThat(pending.begin()).isTrue();
    assertThat(pending.begin()).isTrue();
    assertThat(pending.begin()).isFalse();
    assertThat(pending.begin()).isFalse();
    assertThat(pending.now()).isEqualTo(2);
    pending.end();
    assertThat(pending.begin()).isTrue();
    assertThat(pending.begin()).isFalse();
  }

  @Test
  void theRefusalSaysTheLimitAndWhenToComeBack() {
    Problem refusal = new PendingRequests(17).refusal();
    assertThat(refusal.status()).isEqualTo(503);
    assertThat(refusal.code()).isEqualTo("too-many-pending");
    assertThat(refusal.detail()).contains("17");
    assertThat(refusal.retryAfter()).isPositive();
  }

  @Test
  void aLimitMustLetSomethingThrough() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PendingRequests(0));
  }

  @Test
  void racingThreadsNeverHoldMoreThanTheLimitAndLeaveNothingBehind() throws Exception {
    int threads = 4;
    PendingRequests pending = new PendingRequests(2);
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Future<?>> racers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        racers.add(
            pool.submit(
                () -> {
                  start.await();
                  for (int i = 0; i < 50_000; i++) {
                    if (pending.begin()) {
                      most.accumulateAndGet(held.incrementAndGet(), Math::max);
                      held.decrementAndGet();
                      pending.end();
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> racer : racers) {
        racer.get();
      }
    }
    assertThat(most.get()).isBetween(1, 2);
    assertThat(pending.now()).isZero();
  }
}
