package io.sluice.access;

import static io.sluice.access.ConnectionLimits.UNBOUNDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.access.ConnectionLimits.Bounds;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {

  private static final InetAddress HERE = AddressText.parse("192.0.2.1");
  private static final InetAddress THERE = AddressText.parse("192.0.2.2");
  private static final Identity ANN = Somebody.of(Identity.Kind.TOKEN, "ann");
  private static final Identity BOB = Somebody.of(Identity.Kind.TOKEN, "bob");

  private static Lease lease(Admission admission) {
    assertThat(admission).isInstanceOf(Lease.class);
    return (Lease) admission;
  }

  private static String refusal(Admission admission) {
    assertThat(admission).isInstanceOf(Exceeded.class);
    return ((Exceeded) admission).code();
  }

  @Test
  void holdsNoMoreThanItMayInAll() {
    ConnectionLimits limits = new ConnectionLimits(new Bounds(2, UNBOUNDED, UNBOUNDED));
    Lease first = lease(limits.open(ANN, HERE).join());
    lease(limits.open(Identity.ANONYMOUS, THERE).join());
    Admission third = limits.open(BOB, THERE).join();
    assertThat(refusal(third)).isEqualTo("too-many-connections");
    assertThat(((Exceeded) third).concernsEverybody()).isTrue();
    first.close();
    lease(limits.open(BOB, THERE).join());
    assertThat(limits.open()).isEqualTo(2);
    assertThat(limits.accounts()).isZero();
  }

  @Test
  void aSubjectHoldsNoMoreThanItMayFromWherever() {
    ConnectionLimits limits = new ConnectionLimits(new Bounds(100, 2, UNBOUNDED));
    lease(limits.open(ANN, HERE).join());
    lease(limits.open(ANN, THERE).join());
    assertThat(refusal(limits.open(ANN, THERE).join()))
        .isEqualTo("too-many-connections-of-subject");
    assertThat(((Exceeded) limits.open(ANN, HERE).join()).detail())
        .contains("subject ann")
        .contains("2");
    lease(limits.open(BOB, HERE).join());
    lease(limits.open(Somebody.of(Identity.Kind.KEY, "ann"), HERE).join());
    for (int i = 0; i < 10; i++) {
      lease(limits.open(Identity.ANONYMOUS, HERE).join());
    }
  }

  @Test
  void anAddressHoldsNoMoreThanItMayWhoeverItIs() {
    ConnectionLimits limits = new ConnectionLimits(new Bounds(100, UNBOUNDED, 2));
    lease(limits.open(ANN, HERE).join());
    lease(limits.open(Identity.ANONYMOUS, HERE).join());
    Admission third = limits.open(BOB, HERE).join();
    assertThat(refusal(third)).isEqualTo("too-many-connections-from-address");
    assertThat(((Exceeded) third).detail()).contains("192.0.2.1");
    assertThat(((Exceeded) third).concernsEverybody()).isFalse();
    lease(limits.open(BOB, THERE).join());
  }

  @Test
  void addressesOfOneIpv6NetworkCountAsOne() {
    ConnectionLimits limits = new ConnectionLimits(new Bounds(100, UNBOUNDED, 1));
    lease(limits.open(ANN, AddressText.parse("2001:db8::1")).join());
    assertThat(refusal(limits.open(ANN, AddressText.parse("2001:db8::2")).join()))
        .isEqualTo("too-many-connections-from-address");
    lease(limits.open(ANN, AddressText.parse("2001:db8:0:1::1")).join());
  }

  @Test
  void whatIsRefusedHoldsNothing() {
    ConnectionLimits limits = new ConnectionLimits(new Bounds(10, 1, 10));
    Lease held = lease(limits.open(ANN, HERE).join());
    for (int i = 0; i < 100; i++) {
      refusal(limits.open(ANN, THERE).join());
    }
    assertThat(limits.open()).isEqualTo(1);
    held.close();
    assertThat(limits.open()).isZero();
    assertThat(limits.accounts()).isZero();
  }

  @Test
  void aLeaseIsGivenBackOnce() {
    ConnectionLimits limits = new ConnectionLimits(new Bounds(10, 10, 10));
    Lease first = lease(limits.open(ANN, HERE).join());
    lease(limits.open(ANN, HERE).join());
    first.close();
    first.close();
    assertThat(limits.open()).isEqualTo(1);
  }

  @Test
  void aBoundMustLetSomethingThrough() {
    assertThatThrownBy(() -> new Bounds(1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void racingThreadsHoldNoMoreThanTheyMayAndLeaveNothingBehind() throws Exception {
    int threads = 4;
    ConnectionLimits limits = new ConnectionLimits(new Bounds(5, 2, 3));
    AtomicInteger held = new AtomicInteger();
    AtomicInteger heldByAnn = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger mostByAnn = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Future<?>> racers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Random random = new Random(t);
        racers.add(
            pool.submit(
                () -> {
                  start.await();
                  for (int i = 0; i < 50_000; i++) {
                    boolean ann = random.nextBoolean();
                    Admission admission =
                        limits
                            .open(
                                ann ? ANN : Identity.ANONYMOUS, random.nextBoolean() ? HERE : THERE)
                            .join();
                    if (admission instanceof Lease lease) {
                      most.accumulateAndGet(held.incrementAndGet(), Math::max);
                      if (ann) {
                        mostByAnn.accumulateAndGet(heldByAnn.incrementAndGet(), Math::max);
                        heldByAnn.decrementAndGet();
                      }
                      held.decrementAndGet();
                      lease.close();
                      lease.close();
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> racer : racers) {
        racer.get();
      }
    }
    assertThat(most.get()).isBetween(1, 5);
    assertThat(mostByAnn.get()).isBetween(1, 2);
    assertThat(limits.open()).isZero();
    assertThat(limits.accounts()).isZero();
  }

  @Test
  void twoThreadsThatCloseOneLeaseGiveItBackOnce() throws Exception {
    ConnectionLimits limits = new ConnectionLimits(new Bounds(1_000_000, UNBOUNDED, 1_000_000));
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 2000; i++) {
        lease(limits.open(ANN, HERE).join());
        Lease raced = lease(limits.open(ANN, HERE).join());
        CyclicBarrier start = new CyclicBarrier(2);
        List<Future<?>> racers = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
          racers.add(
              pool.submit(
                  () -> {
                    start.await();
                    raced.close();
                    return null;
                  }));
        }
        for (Future<?> racer : racers) {
          racer.get();
        }
        assertThat(limits.open()).isEqualTo(i + 1);
      }
    }
  }
}
