package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers who have done nothing wrong. While others attack, events go to them one after the
 * other: the next one as soon as all of them have the last. Each must get every one, once and in
 * order.
 *
 * <p>{@link #getMore} and {@link #haveMissedNothing} are for one caller; a thread of its own
 * publishes, and one for each subscriber reads.
 */
final class Bystanders implements AutoCloseable {

  static final String CHANNEL = "public/steady";

  private static final int HOW_MANY = 4;
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Hub hub;
  private final List<RawClient> clients = new ArrayList<>();
  private final List<AtomicInteger> received = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  // Guarded by this.
  private int published;
  private boolean over;
  private @Nullable String wrong;

  /** Subscribes, each from an address of its own, and begins to publish. */
  Bystanders(SluiceServer server) throws IOException {
    hub = server.hub();
    for (int i = 0; i < HOW_MANY; i++) {
      RawClient client = new RawClient(server.address(), loopback(200, i));
      clients.add(client);
      AtomicInteger last = new AtomicInteger();
      received.add(last);
      client.request("GET", "/events/" + CHANNEL);
      assertThat(client.head().status()).isEqualTo(200);
      threads.add(Thread.ofVirtual().start(() -> read(client, last)));
    }
    threads.add(Thread.ofVirtual().start(this::publish));
  }

  /** One of the addresses of 127.0.0.0/8, which this machine has all of. */
  static InetAddress loopback(int block, int number) throws IOException {
    return InetAddress.getByAddress(
        new byte[] {127, (byte) block, (byte) (number / 200), (byte) (1 + number % 200)});
  }

  private void publish() {
    while (true) {
      int next;
      synchronized (this) {
        if (over || wrong != null) {
          return;
        }
        next = ++published;
      }
      hub.publish(Publication.of(CHANNEL, Integer.toString(next))).join();
      awaitAll(next);
    }
  }

  private void read(RawClient client, AtomicInteger last) {
    try {
      while (true) {
        String line = client.line();
        if (line.startsWith("event: ") && !line.equals("event: connected")) {
          fail("got " + line);
        }
        if (line.startsWith("data: ") && !line.startsWith("data: {")) {
          next(last, line);
        }
      }
    } catch (IOException end) {
      fail("ended after " + last + ": " + end);
    }
  }

  private synchronized void next(AtomicInteger last, String line) {
    if (!line.equals("data: " + (last.get() + 1))) {
      fail("got " + line + " after " + last);
    }
    last.incrementAndGet();
    notifyAll();
  }

  private synchronized void fail(String what) {
    if (!over && wrong == null) {
      wrong = what;
    }
    notifyAll();
  }

  private synchronized void awaitAll(int number) {
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    while (wrong == null && received.stream().anyMatch(last -> last.get() < number)) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        fail("waited in vain for event " + number + ": " + received);
        return;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail("interrupted");
      }
    }
  }

  /** Waits until each has got this many more, whatever else the server has to do. */
  void getMore(int events) {
    int now;
    synchronized (this) {
      now = published;
    }
    awaitAll(now + events);
    assertThat(problem()).isNull();
  }

  private synchronized @Nullable String problem() {
    return wrong;
  }

  /** Ends the stream of events, and checks that each has got all of it. */
  void haveMissedNothing() throws InterruptedException {
    getMore(20);
    synchronized (this) {
      over = true;
    }
    threads.getLast().join();
    assertThat(problem()).isNull();
    assertThat(received).allSatisfy(last -> assertThat(last).hasValue(published()));
  }

  /** How many events there were. */
  synchronized int published() {
    return published;
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      over = true;
    }
    for (RawClient client : clients) {
      client.close();
    }
  }
}
