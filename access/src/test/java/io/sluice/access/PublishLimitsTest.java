package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PublishLimitsTest {

  private static final InetAddress HERE = AddressText.parse("192.0.2.1");
  private static final InetAddress THERE = AddressText.parse("192.0.2.2");
  private static final Identity ANN = Somebody.of(Identity.Kind.TOKEN, "ann");
  private static final Identity BOB = Somebody.of(Identity.Kind.TOKEN, "bob");

  private final ManualNanos clock = new ManualNanos();

  private PublishLimits limits(String events, String bytes) {
    return new PublishLimits(
        events == null ? null : Rate.parse(events),
        bytes == null ? null : Rate.parse(bytes),
        clock);
  }

  @Test
  void withoutARateAllIsAllowedAndNobodyIsRemembered() {
    PublishLimits limits = limits(null, null);
    for (int i = 0; i < 1000; i++) {
      assertThat(limits.publish(ANN, HERE, 10_000, 1 << 24)).isNull();
    }
    assertThat(limits.publishers()).isZero();
  }

  @Test
  void limitsEventsOfEachPublisher() {
    PublishLimits limits = limits("10/s", null);
    assertThat(limits.publish(ANN, HERE, 10, 1 << 24)).isNull();
    Exceeded exceeded = limits.publish(ANN, THERE, 1, 1);
    assertThat(exceeded.code()).isEqualTo("too-many-events");
    assertThat(exceeded.detail()).contains("10/s").contains("subject ann");
    assertThat(limits.publish(BOB, HERE, 10, 1)).isNull();
    clock.advance(exceeded.retryAfter());
    assertThat(limits.publish(ANN, HERE, 1, 1)).isNull();
    assertThat(limits.publish(ANN, HERE, 1, 1)).isNotNull();
  }

  @Test
  void limitsBytesOfEachPublisher() {
    PublishLimits limits = limits(null, "1000/s");
    assertThat(limits.publish(ANN, HERE, 1, 600)).isNull();
    Exceeded exceeded = limits.publish(ANN, HERE, 1, 600);
    assertThat(exceeded.code()).isEqualTo("too-many-bytes");
    assertThat(exceeded.retryAfter())
        .isBetween(Duration.ofMillis(200), Duration.ofMillis(200).plusNanos(1));
    assertThat(limits.publish(ANN, HERE, 1, 400)).isNull();
  }

  @Test
  void whatIsRefusedForItsBytesDoesNotCountAsEvents() {
    PublishLimits limits = limits("10/s", "1000/s");
    assertThat(limits.publish(ANN, HERE, 1, 1000)).isNull();
    for (int i = 0; i < 100; i++) {
      assertThat(limits.publish(ANN, HERE, 1, 1).code()).isEqualTo("too-many-bytes");
    }
    assertThat(limits.publish(ANN, HERE, 9, 0)).isNull();
    assertThat(limits.publish(ANN, HERE, 1, 0).code()).isEqualTo("too-many-events");
  }

  @Test
  void aPublishLargerThanTheRateIsTakenAfterAQuietTimeAndPaidForAfterwards() {
    PublishLimits limits = limits("10/s", null);
    assertThat(limits.publish(ANN, HERE, 1, 0)).isNull();
    Exceeded early = limits.publish(ANN, HERE, 50, 0);
    assertThat(early).isNotNull();
    clock.advance(early.retryAfter());
    assertThat(limits.publish(ANN, HERE, 50, 0)).isNull();

    clock.advance(Duration.ofSeconds(4));
    assertThat(limits.publish(ANN, HERE, 1, 0)).isNotNull();
    clock.advance(Duration.ofMillis(101));
    assertThat(limits.publish(ANN, HERE, 1, 0)).isNull();
  }

  @Test
  void whoIsNobodyCountsByAddress() {
    PublishLimits limits = limits("10/s", null);
    assertThat(limits.publish(Identity.ANONYMOUS, HERE, 10, 0)).isNull();
    assertThat(limits.publish(Identity.ANONYMOUS, HERE, 1, 0).detail()).contains("192.0.2.1");
    assertThat(limits.publish(Identity.ANONYMOUS, THERE, 10, 0)).isNull();
    assertThat(limits.publish(ANN, HERE, 10, 0)).isNull();
  }

  @Test
  void aKeyAndASubjectOfTheSameNameAreTwo() {
    PublishLimits limits = limits("10/s", null);
    assertThat(limits.publish(ANN, HERE, 10, 0)).isNull();
    assertThat(limits.publish(Somebody.of(Identity.Kind.KEY, "ann"), HERE, 10, 0)).isNull();
    assertThat(limits.publish(Somebody.of(Identity.Kind.SESSION, "ann"), HERE, 1, 0)).isNotNull();
  }

  @Test
  void aFloodOfPublishersTakesNoMoreThanABoundedMemory() {
    PublishLimits limits = new PublishLimits(Rate.parse("10/s"), Rate.parse("1000/s"), clock, 1000);
    for (int i = 0; i < 50_000; i++) {
      InetAddress address = AddressText.of(ByteBuffer.allocate(4).putInt(i).array());
      limits.publish(Identity.ANONYMOUS, address, 1, 1);
    }
    assertThat(limits.publishers()).isLessThanOrEqualTo(1000);
  }

  @Test
  void racingThreadsGetNoMoreThanTheRate() throws Exception {
    int threads = 4;
    PublishLimits limits = limits("1000/s", null);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Future<Integer>> racers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        racers.add(
            pool.submit(
                () -> {
                  start.await();
                  int allowed = 0;
                  for (int n = 0; n < 500; n++) {
                    allowed += limits.publish(ANN, HERE, 1, 1) == null ? 1 : 0;
                  }
                  return allowed;
                }));
      }
      int allowed = 0;
      for (Future<Integer> racer : racers) {
        allowed += racer.get();
      }
      assertThat(allowed).isEqualTo(1000);
    }
  }
}
