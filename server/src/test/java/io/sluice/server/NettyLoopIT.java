package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NettyLoopIT {

  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @ValueSource(strings = {"fastest", "nio"})
  void socketsAreLookedAtBetweenYields(String transport) throws Exception {
    AtomicInteger yields = new AtomicInteger();
    AtomicInteger yieldsUntilServed = new AtomicInteger(-1);
    try (TestServer server =
        new TestServer(
            transport.equals("nio") ? Transport.nio(1) : Transport.fastest(1),
            HttpLimits.standard(),
            exchange -> {
              yieldsUntilServed.set(yields.get());
              exchange.respond(200, Fields.NONE, HELLO);
            })) {
      NettyLoop loop = server.transport().loops().getFirst();
      try (RawClient client = server.connect()) {
        client.request("GET", "/").response();
        yieldsUntilServed.set(-1);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch sent = new CountDownLatch(1);
        loop.execute(
            () -> {
              held.countDown();
              awaitUninterruptibly(sent);
              new Yielding(loop, yields, yieldsUntilServed).run();
            });
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
        client.request("GET", "/"); // is in the socket when this returns, and the loop stands still
        sent.countDown();
        assertThat(client.response().text()).isEqualTo("hello");
      }
    }
    assertThat(yieldsUntilServed.get()).isBetween(0, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastest", "nio"})
  void yieldedTasksRunInOrderAndAfterWhatIsQueued(String transport) throws Exception {
    Transport loops = transport.equals("nio") ? Transport.nio(1) : Transport.fastest(1);
    try {
      NettyLoop loop = loops.loops().getFirst();
      List<String> order = new CopyOnWriteArrayList<>();
      CountDownLatch done = new CountDownLatch(1);
      loop.execute(
          () -> {
            loop.yield(() -> order.add("2"));
            loop.yield(() -> order.add("3"));
            loop.yield(done::countDown);
            loop.execute(() -> order.add("1"));
          });
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(order).containsExactly("1", "2", "3");
    } finally {
      loops.close(Duration.ofSeconds(5));
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Yields until a request was served. */
  private record Yielding(NettyLoop loop, AtomicInteger yields, AtomicInteger served)
      implements Runnable {

    @Override
    public void run() {
      if (served.get() < 0) {
        yields.incrementAndGet();
        loop.yield(this);
      }
    }
  }
}
