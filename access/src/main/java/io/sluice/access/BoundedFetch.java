package io.sluice.access;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks others over HTTP, with a bound on what their answer may cost: its time, from the connection
 * to the last byte, and its size. Redirects aren't followed.
 *
 * <p>Thread-safe. Nothing blocks.
 */
final class BoundedFetch implements AutoCloseable {

  /**
   * What came back.
   *
   * @param status HTTP's
   * @param body all of it
   */
  record Reply(int status, byte[] body) {}

  private final HttpClient client;
  private final Duration timeout;
  private final int maxBytes;

  BoundedFetch(Duration timeout, int maxBytes) {
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            // Without it, cleartext requests ask for an upgrade to HTTP/2, which irritates some.
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    this.timeout = timeout;
    this.maxBytes = maxBytes;
  }

  /**
   * Sends a request.
   *
   * @return fails with an {@link IOException} or {@link java.util.concurrent.TimeoutException} when
   *     there is no whole answer within the bounds; the connection is given up then
   */
  CompletableFuture<Reply> send(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, response -> new BoundedBody(maxBytes));
    // The client's own timeout ends with the head; a body may then come a byte at a time.
    return exchange
        .thenApply(response -> new Reply(response.statusCode(), response.body()))
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (reply, failure) -> {
              if (failure != null) {
                exchange.cancel(true);
              }
            });
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    client.shutdownNow();
  }

  /** Confined to its exchange: signals come one at a time (Reactive Streams, rule 1.3). */
  private static final class BoundedBody implements BodySubscriber<byte[]> {

    private final int maxBytes;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;

    BoundedBody(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      begun.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        if (bytes.size() + part.remaining() > maxBytes) {
          body.completeExceptionally(
              new IOException("the answer has more than " + maxBytes + " bytes"));
          if (subscription != null) {
            subscription.cancel();
          }
          return;
        }
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        bytes.writeBytes(copy);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toByteArray());
    }
  }
}
