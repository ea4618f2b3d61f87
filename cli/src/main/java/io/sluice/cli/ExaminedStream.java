package io.sluice.cli;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.sluice.wire.BlockTooLargeException;
import io.sluice.wire.EventStreamListener;
import io.sluice.wire.EventStreamParser;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A stream of which it counts when what came.
 *
 * <p>Confined to the thread that opened it.
 */
final class ExaminedStream implements AutoCloseable {

  private static final int MAX_BLOCK_BYTES = 16 * 1024 * 1024;
  private static final int MAX_REFUSAL_BYTES = 64 * 1024;

  private final HttpResponse<?> head;
  private final BodyBytes body;
  private final Queue<Arrival> arrived = new ArrayDeque<>();
  private final EventStreamParser parser = new EventStreamParser(new Intake(), MAX_BLOCK_BYTES);
  private Arrival.@Nullable Ended ended;

  /** What came of a request for a stream. */
  sealed interface Answer {

    /** It is answered; whether with a stream, its head says. */
    record Begun(ExaminedStream stream) implements Answer {}

    /** Another answer than 200. */
    record Refused(Refusal refusal) implements Answer {}

    /** No head in time. */
    record Silent() implements Answer {}

    /** No connection, or one that broke. */
    record Failed(String reason) implements Answer {}
  }

  /** What a stream brings. */
  sealed interface Arrival {

    record Event(String id, String type, String data) implements Arrival {}

    /** A block that dispatches nothing. */
    record Heartbeat() implements Arrival {}

    /** Nothing follows. */
    record Ended(String how) implements Arrival {}
  }

  private ExaminedStream(HttpResponse<?> head, BodyBytes body) {
    this.head = head;
    this.body = body;
  }

  /**
   * Asks for one.
   *
   * @param patience how long to wait for the head
   */
  static Answer open(HttpClient http, HttpRequest request, Duration patience)
      throws InterruptedException {
    CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> answer =
        http.sendAsync(request, BodyHandlers.ofPublisher());
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;
    try {
      response = answer.get(patience.toNanos(), NANOSECONDS);
    } catch (ExecutionException e) {
      return new Answer.Failed(NetworkFailure.describe(e));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Answer.Silent();
    }
    BodyBytes body = new BodyBytes();
    response.body().subscribe(body);
    if (response.statusCode() == 200) {
      return new Answer.Begun(new ExaminedStream(response, body));
    }
    try {
      return new Answer.Refused(
          Refusal.of(response.statusCode(), response.headers(), beginning(body, patience)));
    } finally {
      body.close();
    }
  }

  private static byte[] beginning(BodyBytes body, Duration patience) throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (bytes.size() < MAX_REFUSAL_BYTES
        && body.poll(patience) instanceof BodyBytes.Piece.Bytes piece) {
      for (ByteBuffer buffer : piece.buffers()) {
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        bytes.writeBytes(part);
      }
    }
    return bytes.toByteArray();
  }

  /** A field of the head; empty if it isn't there. */
  String field(String name) {
    return String.join(", ", head.headers().allValues(name));
  }

  /**
   * What comes next.
   *
   * @return null if nothing does in that time
   */
  @Nullable Arrival next(Duration time) throws InterruptedException {
    Deadline deadline = Deadline.in(time);
    while (arrived.isEmpty() && ended == null && !deadline.hasPassed()) {
      read(body.poll(deadline.atMost(time)));
    }
    Arrival next = arrived.poll();
    return next == null ? ended : next;
  }

  private void read(BodyBytes.@Nullable Piece piece) {
    switch (piece) {
      case null -> {}
      case BodyBytes.Piece.Bytes bytes -> {
        try {
          bytes.buffers().forEach(parser::feed);
        } catch (BlockTooLargeException e) {
          ended = new Arrival.Ended("it sends a block that is too large");
        }
      }
      case BodyBytes.Piece.End end -> ended = new Arrival.Ended("it was ended");
      case BodyBytes.Piece.Failed failed ->
          ended = new Arrival.Ended(NetworkFailure.describe(failed.reason()));
    }
  }

  @Override
  public void close() {
    body.close();
  }

  private final class Intake implements EventStreamListener {

    @Override
    public void event(String id, String type, String data) {
      arrived.add(new Arrival.Event(id, type, data));
    }

    @Override
    public void blockWithoutData() {
      arrived.add(new Arrival.Heartbeat());
    }
  }
}
