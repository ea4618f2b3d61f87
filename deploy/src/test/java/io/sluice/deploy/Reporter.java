package io.sluice.deploy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes numbers to channels, each when the one before was answered. What isn't answered with
 * 200 it sends again with the same idempotency key, at whichever hub the proxy has.
 *
 * <p>Thread-safe: its own thread publishes.
 */
final class Reporter implements AutoCloseable {

  private static final long PAUSE_MILLIS = 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;
  private final Map<String, AtomicLong> answered = new ConcurrentHashMap<>();
  private final AtomicLong repeated = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  Reporter(String url, List<String> channels) {
    this.url = url;
    channels.forEach(channel -> answered.put(channel, new AtomicLong()));
    thread = Thread.ofPlatform().daemon().name("reporter").start(this::publish);
  }

  /** The newest number of each channel that was answered. */
  Map<String, AtomicLong> answered() {
    return answered;
  }

  /** How often a publish had to be sent again. */
  long repeated() {
    return repeated.get();
  }

  private void publish() {
    try {
      while (!closed) {
        for (Map.Entry<String, AtomicLong> channel : answered.entrySet()) {
          long next = channel.getValue().get() + 1;
          while (!sent(channel.getKey(), next)) {
            repeated.incrementAndGet();
            Thread.sleep(100);
          }
          channel.getValue().set(next);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException ended) {
      // as it was told
    }
  }

  private boolean sent(String channel, long number) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/events/" + channel))
            .header("Idempotency-Key", channel + ":" + number)
            .timeout(Duration.ofSeconds(5))
            .POST(BodyPublishers.ofString("" + number))
            .build();
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      return answer.statusCode() == 200;
    } catch (IOException lost) {
      return false;
    }
  }

  /** Publishes no more; what is under way is answered first. */
  void stop() throws InterruptedException {
    closed = true;
    thread.join();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.interrupt();
    thread.join();
    client.shutdownNow();
  }
}
