package io.sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.event.Publication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Publishing to a hub that doesn't answer as it should. */
@Timeout(30)
class PublishIT {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;

  /** Answers the nth request, from 1 up. */
  private interface Script {
    void answer(int nth, String body, HttpExchange exchange)
        throws IOException, InterruptedException;
  }

  private SluiceClient.Builder hub(Script script) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/publish",
        exchange -> {
          keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          try {
            script.answer(requests.incrementAndGet(), body, exchange);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
    return SluiceClient.builder("http://127.0.0.1:" + server.getAddress().getPort())
        .backoff(HubFixture.AT_ONCE);
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void anAnswerThatIsLostIsAskedForAgainUnderTheSameKey() throws IOException, InterruptedException {
    try (SluiceClient client =
        hub((nth, body, exchange) -> {
              if (nth == 3) {
                ids(body, exchange);
              } // else the connection is closed without an answer
            })
            .build()) {
      assertThat(client.publish("news", "hello")).isEqualTo("k-1");
      assertThat(keys).hasSize(3);
      assertThat(keys.stream().distinct()).hasSize(1);
    }
  }

  @Test
  void aHubThatIsBusyIsAskedAgainAndTheNextBatchHasAnotherKey()
      throws IOException, InterruptedException {
    try (SluiceClient client =
        hub((nth, body, exchange) -> {
              if (nth == 1) {
                status(503, "{\"code\":\"draining\",\"detail\":\"in a moment\"}", exchange);
              } else {
                ids(body, exchange);
              }
            })
            .build()) {
      client.publish("news", "one");
      client.publish("news", "two");
      assertThat(keys).hasSize(3);
      assertThat(keys.get(0)).isEqualTo(keys.get(1)).isNotEqualTo(keys.get(2));
    }
  }

  @Test
  void whatIsntAnsweredInTimeIsUnknown() throws IOException {
    try (SluiceClient client =
        hub((nth, body, exchange) -> status(503, "{\"detail\":\"never\"}", exchange))
            .publishWithin(Duration.ofMillis(200))
            .build()) {
      assertThatThrownBy(() -> client.publish("news", "hello"))
          .isInstanceOf(UnansweredException.class)
          .hasMessageContaining("never")
          .hasMessageContaining("attempts");
    }
  }

  @Test
  void refusalsAreTypedByWhatTheyAre() throws IOException {
    try (SluiceClient client =
        hub((nth, body, exchange) -> {
              int status = nth == 1 ? 403 : nth == 2 ? 400 : 409;
              status(status, "{\"code\":\"code-" + nth + "\",\"detail\":\"no\"}", exchange);
            })
            .build()) {
      assertThatThrownBy(() -> client.publish("news", "1")).isInstanceOf(DeniedException.class);
      assertThatThrownBy(() -> client.publish("news", "2")).isInstanceOf(InvalidException.class);
      assertThatThrownBy(() -> client.publish("news", "3"))
          .isExactlyInstanceOf(RefusedException.class)
          .extracting(thrown -> ((RefusedException) thrown).problem().code())
          .isEqualTo("code-3");
    }
  }

  @Test
  void publishersWaitWhileTooMuchWaits() throws IOException, InterruptedException {
    CountDownLatch answers = new CountDownLatch(1);
    try (SluiceClient client =
        hub((nth, body, exchange) -> {
              answers.await();
              ids(body, exchange);
            })
            .maxWaitingBytes(5_000)
            .build()) {
      AtomicInteger given = new AtomicInteger();
      CompletableFuture<Void> publisher =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 50; i++) {
                    client.publishAsync(Publication.of("news", "x".repeat(500)));
                    given.incrementAndGet();
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              threads);
      await().until(() -> requests.get() == 1);
      await().during(Duration.ofMillis(100)).until(() -> given.get() < 10);

      answers.countDown();
      publisher.join();
      assertThat(given).hasValue(50);
    }
    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void whatFollowsOnAnAnswerMayPublishAndWait() throws IOException, InterruptedException {
    try (SluiceClient client = hub((nth, body, exchange) -> ids(body, exchange)).build()) {
      CompletableFuture<String> second =
          client
              .publishAsync(Publication.of("news", "first"))
              .thenApply(
                  id -> {
                    try {
                      return id + " " + client.publish("news", "second");
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      assertThat(second.join()).isEqualTo("k-1 k-1");
    }
  }

  @Test
  void closingWaitsForWhatWasGivenAndTakesNoMore() throws IOException, InterruptedException {
    SluiceClient client = hub((nth, body, exchange) -> ids(body, exchange)).build();
    List<CompletableFuture<String>> answers = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(client.publishAsync(Publication.of("news", "event " + i)));
    }
    client.close();

    await().until(() -> answers.stream().allMatch(CompletableFuture::isDone));
    assertThatThrownBy(() -> client.publish("news", "late"))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void ids(String body, HttpExchange exchange) throws IOException {
    StringBuilder ids = new StringBuilder();
    for (int i = 1; i <= body.lines().count(); i++) {
      ids.append("{\"id\":\"k-").append(i).append("\"}\n");
    }
    status(200, ids.toString(), exchange);
  }

  private static void status(int status, String body, HttpExchange exchange) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
