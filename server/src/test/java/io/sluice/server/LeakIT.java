package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.sluice.wire.Frames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ten thousand connections leave behind, however they end: nothing. */
class LeakIT {

  private static final int CONNECTIONS = 10_000;
  private static final int AT_A_TIME = 8;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger streams = new AtomicInteger();
  private final Frames frames = RecordingOwner.numbered(50, 2000);

  private final Router router =
      new Router()
          .route(
              "GET",
              "/hello",
              exchange ->
                  exchange.respond(200, Fields.NONE, "hello".getBytes(StandardCharsets.US_ASCII)))
          .route(
              "POST",
              "/echo",
              exchange ->
                  exchange.aggregate(100_000, body -> exchange.respond(200, Fields.NONE, body)))
          .route(
              "GET",
              "/events",
              exchange ->
                  exchange.openStream(
                      Fields.NONE,
                      outlet -> {
                        streams.incrementAndGet();
                        RecordingOwner owner = new RecordingOwner(outlet, frames, false);
                        owner.gone.thenRun(streams::decrementAndGet);
                        return owner;
                      }));

  // One loop: the frames are written to all streams from there.
  private final TestServer server =
      new TestServer(Transport.fastest(1), HttpLimits.standard(), router);

  @AfterEach
  void close() {
    ByteBufUtil.setLeakListener(null);
    server.close();
  }

  @Test
  void tenThousandConnectionsLeaveNothingBehind() throws Exception {
    assumeTrue(Files.isDirectory(DESCRIPTORS), "descriptors can be counted");
    assertThat(ResourceLeakDetector.isEnabled()).isTrue();
    ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + "\n" + records));
    openAndClose(100); // what is made once is made now
    await().until(() -> server.listener().connections() == 0);
    long before = descriptors();

    openAndClose(CONNECTIONS);

    await().atMost(30, TimeUnit.SECONDS).until(() -> server.listener().connections() == 0);
    await().until(() -> streams.get() == 0);
    await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(before));
    // Leaks are found when buffers that were dropped are collected, and another one is allocated.
    await()
        .during(1, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              System.gc();
              PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
              assertThat(leaks).isEmpty();
            });
  }

  private void openAndClose(int connections) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int number = i;
        tasks.add(
            () -> {
              connect(number % 8);
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
  }

  private void connect(int way) throws IOException {
    // A small buffer, so that what a stream is sent waits in the server when it is cut.
    RawClient client = server.connect(4096);
    try (client) {
      switch (way) {
        case 0 -> client.request("GET", "/hello").response();
        case 1 -> client.send("GET /hello HTTP/1.1\r\nHo");
        case 2 -> client.request("POST", "/echo", "Content-Length: 5000").send("half of it");
        case 3 -> client.request("POST", "/echo", "Content-Length: 5").send("12345").response();
        case 4 -> client.request("GET", "/events").head();
        case 5 -> {
          client.request("GET", "/events").head();
          client.reset();
        }
        case 6 ->
            client
                .request("GET", "/events")
                .request("GET", "/hello")
                .send("PRI * HTTP/2.0\r\n\r\n")
                .reset();
        default -> {
          client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
          client.send(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
          client.read(9); // the server's SETTINGS
        }
      }
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      return all.count();
    }
  }
}
