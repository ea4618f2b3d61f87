package io.sluice.client;

import io.sluice.client.Batch.Outcome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be published, and the one request that is under way. Sends until each has its
 * answer, whatever happens to the connection or the hub meanwhile.
 *
 * <p>Thread-safe; fields are guarded by the lock, except where they say otherwise.
 */
final class Outbox {

  /*
   * One request at a time, with whatever has come in while the one before was under way, be it a
   * single event: so events arrive in the order in which they were given, and a busy publisher
   * pays for a request once in a thousand events. A request that never ended would save a round
   * trip for each batch, but many proxies hold a request back until it is complete.
   *
   * No event is lost, because a batch is kept until it is answered. None is doubled, because it is
   * sent again unchanged and under the same key, and the hub knows an event by that key and its
   * place in the request. After a refused event the rest is a new batch with a new key: the hub has
   * looked at none of it.
   */

  private static final int MAX_BATCH_EVENTS = 1000;
  private static final int MAX_BATCH_BYTES = 1024 * 1024;

  /** What keeping an event costs beside its bytes. */
  private static final int PART_BYTES = 100;

  private static final int MAX_DENIALS = 3;

  private final HttpClient http;
  private final URI uri;
  private final Settings settings;
  private final Random random = new Random(); // thread-safe
  private final String keys = UUID.randomUUID().toString();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Outgoing> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean sending;
  private boolean closed;
  private long batches;

  // Of the batch that is under way; it is worked on by one thread after the other.
  private int failures;
  private int denials;

  /**
   * How events are sent.
   *
   * @param maxWaitingBytes who would have more wait, waits himself
   * @param answer how long one attempt may take
   */
  record Settings(Credential credential, Backoff backoff, long maxWaitingBytes, Duration answer) {}

  Outbox(HttpClient http, URI base, Settings settings) {
    this.http = http;
    this.uri = URI.create(base + "/publish");
    this.settings = settings;
  }

  /**
   * Has something published. Waits while too much waits already.
   *
   * @throws IllegalStateException if the client was closed
   * @throws InterruptedException if the thread is interrupted while it waits; it isn't published
   */
  void add(Outgoing part) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed
          && waitingBytes > 0
          && waitingBytes + weight(part) > settings.maxWaitingBytes) {
        changed.await();
      }
      if (closed) {
        throw new IllegalStateException("the client is closed");
      }
      waiting.add(part);
      waitingBytes += weight(part);
      if (sending) {
        return;
      }
      sending = true;
    } finally {
      lock.unlock();
    }
    sendNext();
  }

  /** Takes no more, and waits until what was given is settled. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      while (sending) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes wait, those under way included. */
  long waitingBytes() {
    lock.lock();
    try {
      return waitingBytes;
    } finally {
      lock.unlock();
    }
  }

  private static long weight(Outgoing part) {
    return (long) part.json().length + PART_BYTES;
  }

  private void sendNext() {
    Batch batch = take();
    if (batch != null) {
      failures = 0;
      denials = 0;
      send(batch);
    }
  }

  private @Nullable Batch take() {
    lock.lock();
    try {
      List<Outgoing> parts = new ArrayList<>();
      long bytes = 0;
      while (!waiting.isEmpty()
          && parts.size() < MAX_BATCH_EVENTS
          && (parts.isEmpty()
              || (!parts.getFirst().isWhole()
                  && !waiting.getFirst().isWhole()
                  && bytes + waiting.getFirst().json().length <= MAX_BATCH_BYTES))) {
        Outgoing part = waiting.removeFirst();
        bytes += part.json().length;
        parts.add(part);
      }
      if (parts.isEmpty()) {
        sending = false;
        changed.signalAll();
        return null;
      }
      String own = parts.getFirst().key();
      batches++;
      return new Batch(parts, own == null || own.isEmpty() ? keys + '-' + batches : own);
    } finally {
      lock.unlock();
    }
  }

  private void send(Batch batch) {
    HttpRequest request;
    try {
      request = request(batch);
    } catch (RuntimeException e) {
      settle(batch, new Outcome.Unsettled("there is no token: " + e.getMessage()));
      return;
    }
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.ofByteArray());
    answer
        .copy()
        .orTimeout(settings.answer.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete(
            (response, failure) -> {
              if (failure != null) {
                answer.cancel(true);
              }
              settle(batch, outcome(batch, response, failure));
            });
  }

  private HttpRequest request(Batch batch) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .header("Content-Type", batch.contentType())
            .header("Accept", "application/json, application/problem+json")
            .header("Idempotency-Key", batch.key())
            .POST(BodyPublishers.ofByteArray(batch.body()));
    return switch (settings.credential) {
      case Credential.None none -> request.uri(uri).build();
      case Credential.Token token ->
          request.uri(uri).header("Authorization", "Bearer " + token.supplier().get()).build();
      case Credential.Ticket ticket -> request.uri(uri).build();
    };
  }

  private Outcome outcome(
      Batch batch, @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
    if (response == null) {
      return new Outcome.Unsettled(
          failure == null ? "no answer" : NetworkFailure.describe(failure));
    }
    if (response.statusCode() == 200) {
      return batch.published(new String(response.body(), StandardCharsets.UTF_8));
    }
    Problem problem =
        Problem.of(response.statusCode(), response.headers(), response.body(), Instant.now());
    // Between the supplier's answer and the hub's a token may have expired.
    boolean again =
        problem.status() == 401 && settings.credential.isRenewable() && ++denials < MAX_DENIALS;
    return again ? new Outcome.Later(problem) : batch.refused(problem);
  }

  private void settle(Batch batch, Outcome outcome) {
    switch (outcome) {
      case Outcome.Settled(List<String> ids, var problem) -> {
        List<Outgoing> parts = batch.parts();
        int published = batch.isWhole() ? 1 : ids.size();
        int done = published + (problem.isPresent() ? 1 : 0);
        release(parts.subList(0, done), parts.subList(done, parts.size()));
        // Before anybody is told: who is told may publish more, and wait for room.
        sendNext();
        tell(
            () -> {
              for (int i = 0; i < published; i++) {
                parts.get(i).ids().complete(batch.isWhole() ? ids : List.of(ids.get(i)));
              }
              problem.ifPresent(
                  why -> fail(parts.subList(published, done), RefusedException.of(why)));
            });
      }
      case Outcome.Refused(Problem problem) -> giveUp(batch, RefusedException.of(problem));
      case Outcome.Unsettled(String reason) -> again(batch, reason, Duration.ZERO);
      case Outcome.Later(Problem problem) -> again(batch, problem.toString(), problem.retryAfter());
    }
  }

  private void again(Batch batch, String reason, Duration atLeast) {
    Duration wait = atLeast.plus(settings.backoff.wait(failures, random));
    failures++;
    if (batch.within().nanosLeft() <= wait.toNanos()) {
      String text = "not published in time, at " + uri + ", after " + failures + " attempts: ";
      giveUp(batch, new UnansweredException(text + reason, null));
      return;
    }
    CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS)
        .execute(() -> send(batch));
  }

  private void giveUp(Batch batch, PublishException why) {
    release(batch.parts(), List.of());
    sendNext();
    tell(() -> fail(batch.parts(), why));
  }

  /** Completes futures in a thread of their own: what follows on them may wait as it likes. */
  private static void tell(Runnable completion) {
    Threads.VIRTUAL.execute(completion);
  }

  private static void fail(List<Outgoing> parts, PublishException why) {
    parts.forEach(part -> part.ids().completeExceptionally(why));
  }

  /**
   * Makes room.
   *
   * @param done are settled
   * @param again go first in the next batch
   */
  private void release(List<Outgoing> done, List<Outgoing> again) {
    lock.lock();
    try {
      for (Outgoing part : done) {
        waitingBytes -= weight(part);
      }
      again.reversed().forEach(waiting::addFirst);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
