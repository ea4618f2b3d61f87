package io.sluice.cli;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.sluice.wire.BlockTooLargeException;
import io.sluice.wire.EventStreamParser;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;

/**
 * Follows a stream from connection to connection: resumes after the last id, waits between attempts
 * as the server asks and then a little at random, and gives up a connection that has gone silent.
 *
 * <p>Confined to the thread that calls {@link #follow}.
 */
final class StreamFollower {

  private static final int MAX_BLOCK_BYTES = 64 * 1024 * 1024;
  private static final int MAX_REFUSAL_BYTES = 64 * 1024;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  /** How many heartbeats may fail to come, in tenths. */
  private static final int SILENT_TENTHS = 25;

  private final StreamRequest request;
  private final EventIntake intake;
  private final EventView view;
  private final Notices notices;
  private final Patience patience;
  private final HttpClient client;

  private String position = "";
  private String toldReason = "";

  /** Why following has ended. */
  enum End {
    /** All came that was waited for. */
    SATISFIED,
    /** The time was over first. */
    TIMED_OUT,
    /** The server has no more to say: 204, or the end of the only connection wanted. */
    COMPLETE,
    /** The server doesn't want this subscription. */
    REFUSED,
    /** The only connection wanted failed. */
    LOST,
    /** Nobody reads the output any more. */
    UNREAD
  }

  /**
   * How long and how often to try.
   *
   * @param reconnects false: one connection, no more
   * @param deadline when following ends at the latest
   * @param backoff spreads attempts
   * @param pause waits between them
   */
  record Patience(boolean reconnects, Deadline deadline, Backoff backoff, Pause pause) {}

  /** What came of one connection. */
  private sealed interface Outcome {

    record Over(End end) implements Outcome {}

    /**
     * @param reason why it ended, for people
     * @param inGoodOrder whether the server ended it
     * @param atLeast how long to wait before the next one
     */
    record Lost(String reason, boolean inGoodOrder, Duration atLeast) implements Outcome {}
  }

  StreamFollower(
      StreamRequest request,
      EventIntake intake,
      EventView view,
      Notices notices,
      Patience patience) {
    this.request = request;
    this.intake = intake;
    this.view = view;
    this.notices = notices;
    this.patience = patience;
    this.client =
        request.hub().client().followRedirects(redirects()).connectTimeout(ANSWER_TIMEOUT).build();
  }

  // A token is for the server that the user named, and no other: a redirect would give it away.
  private HttpClient.Redirect redirects() {
    return request.hub().token() == null ? HttpClient.Redirect.NORMAL : HttpClient.Redirect.NEVER;
  }

  /** Shows events until there is a reason to end. */
  End follow() throws InterruptedException {
    while (true) {
      intake.connectionBegins();
      switch (connect()) {
        case Outcome.Over over -> {
          return over.end();
        }
        case Outcome.Lost lost -> {
          if (patience.deadline().hasPassed()) {
            return End.TIMED_OUT;
          }
          if (!patience.reconnects()) {
            notices.tell(lost.reason());
            return lost.inGoodOrder() ? End.COMPLETE : End.LOST;
          }
          waitAfter(lost);
        }
      }
    }
  }

  private void waitAfter(Outcome.Lost lost) throws InterruptedException {
    if (intake.heardOf()) {
      patience.backoff().reset();
      toldReason = "";
    }
    if (!lost.reason().equals(toldReason)) {
      toldReason = lost.reason();
      notices.tell(lost.reason() + "; connecting again until it works");
    }
    Duration wait = patience.backoff().next(lost.atLeast());
    patience.pause().of(patience.deadline().atMost(wait));
  }

  private Outcome connect() throws InterruptedException {
    CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> answer =
        client.sendAsync(request.toHttp(position), BodyHandlers.ofPublisher());
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;
    try {
      Duration limit = patience.deadline().atMost(ANSWER_TIMEOUT);
      response = answer.get(limit.toNanos(), NANOSECONDS);
    } catch (ExecutionException e) {
      return unreachable(NetworkFailure.describe(e));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return unreachable("no answer within " + ANSWER_TIMEOUT.toSeconds() + " seconds");
    }
    BodyBytes body = new BodyBytes();
    response.body().subscribe(body);
    try {
      return read(response, body);
    } finally {
      body.close();
    }
  }

  private Outcome unreachable(String reason) {
    String text = "can't reach " + request.hub() + ": " + reason;
    return new Outcome.Lost(text, false, Duration.ZERO);
  }

  private Outcome read(HttpResponse<?> response, BodyBytes body) throws InterruptedException {
    int status = response.statusCode();
    if (status == 204) {
      notices.tell("the server has nothing more to send (HTTP 204)");
      return new Outcome.Over(End.COMPLETE);
    }
    if (status / 100 == 3 && request.hub().token() != null) {
      String elsewhere = response.headers().firstValue("Location").orElse("nowhere");
      notices.tell(
          "refused: "
              + request.hub()
              + " redirects to "
              + elsewhere
              + ", where the token isn't sent; if that is the hub, name it with --url");
      return new Outcome.Over(End.REFUSED);
    }
    if (status != 200) {
      return refused(Refusal.of(status, response.headers(), refusalBytes(body)));
    }
    String type = response.headers().firstValue("Content-Type").orElse("nothing known");
    if (!type.startsWith("text/event-stream")) {
      notices.tell(request.hub() + " answers with " + type + ", not with an event stream");
      return new Outcome.Over(End.REFUSED);
    }
    return readEvents(body);
  }

  private Outcome refused(Refusal refusal) {
    if (refusal.isTemporary()) {
      String reason = "can't subscribe at " + request.hub() + " now: " + refusal;
      return new Outcome.Lost(reason, false, refusal.retryAfter());
    }
    notices.tell("refused: " + refusal);
    return new Outcome.Over(End.REFUSED);
  }

  private byte[] refusalBytes(BodyBytes body) throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deadline deadline = Deadline.in(patience.deadline().atMost(ANSWER_TIMEOUT));
    while (bytes.size() < MAX_REFUSAL_BYTES
        && body.poll(deadline.atMost(ANSWER_TIMEOUT)) instanceof BodyBytes.Piece.Bytes piece) {
      for (ByteBuffer buffer : piece.buffers()) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        bytes.writeBytes(copy);
      }
    }
    return bytes.toByteArray();
  }

  private Outcome readEvents(BodyBytes body) throws InterruptedException {
    EventStreamParser parser = new EventStreamParser(intake, MAX_BLOCK_BYTES, position);
    while (true) {
      Duration silence = intake.heartbeat().multipliedBy(SILENT_TENTHS).dividedBy(10);
      BodyBytes.Piece piece = body.poll(patience.deadline().atMost(silence));
      switch (piece) {
        case BodyBytes.Piece.Bytes bytes -> {
          try {
            bytes.buffers().forEach(parser::feed);
          } catch (BlockTooLargeException e) {
            notices.tell("can't read the stream: " + e.getMessage());
            return new Outcome.Over(End.REFUSED);
          }
          position = parser.lastEventId();
        }
        case BodyBytes.Piece.End end -> {
          return new Outcome.Lost("the server ended the connection", true, intake.retry());
        }
        case BodyBytes.Piece.Failed failed -> {
          String reason = "the connection broke: " + NetworkFailure.describe(failed.reason());
          return new Outcome.Lost(reason, false, intake.retry());
        }
        case null -> {
          if (!patience.deadline().hasPassed()) {
            String reason = "nothing came for %.1f seconds".formatted(silence.toMillis() / 1000.0);
            return new Outcome.Lost(reason, false, Duration.ZERO);
          }
        }
      }
      if (!view.flush()) {
        return new Outcome.Over(End.UNREAD);
      }
      if (intake.isSatisfied()) {
        return new Outcome.Over(End.SATISFIED);
      }
      if (intake.isExpired()) {
        return new Outcome.Over(End.REFUSED); // the same token would be refused
      }
      if (patience.deadline().hasPassed()) {
        return new Outcome.Over(End.TIMED_OUT);
      }
    }
  }
}
