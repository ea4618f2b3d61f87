package io.sluice.client;

import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request for a stream, and its answer. What happens to it is put into the mailbox of the
 * thread that reads the stream; of an event stream's bytes a bounded number of pieces, so that who
 * doesn't read stops the server through TCP.
 *
 * <p>The HTTP client calls from threads of its own; {@link #open}, {@link #begin} and {@link
 * #pieceRead} are the reading thread's, {@link #close} is for any. They meet in volatile fields and
 * in the mailbox.
 */
final class Connection {

  private static final int MAX_REFUSAL_BYTES = 64 * 1024;

  /**
   * How many pieces of a stream, of at most 16 KiB each, may be on their way to the reader. With
   * one at a time three threads would wake one another for each; with many, each has several to do.
   */
  private static final int MAX_PIECES = 16;

  private static final byte[] NONE = {};

  private final Consumer<Mail> mailbox;
  private volatile Flow.@Nullable Subscription subscription;
  private volatile @Nullable ResponseInfo head;
  private volatile @Nullable BoundedBody refusal;
  private volatile @Nullable CompletableFuture<?> exchange;
  private int piecesRead; // the reading thread's

  /** What happens to a connection. */
  sealed interface Mail {

    /** The connection that it happened to; null: it is for the reading thread itself. */
    @Nullable Connection from();

    /** Nothing happened, but the reader should look around. */
    record Poke() implements Mail {
      @Override
      public @Nullable Connection from() {
        return null;
      }
    }

    /** There is an answer. If it is an event stream, its bytes follow on request. */
    record Answered(Connection from) implements Mail {}

    /** The next bytes of the stream. */
    record Bytes(Connection from, List<ByteBuffer> buffers) implements Mail {}

    /** The body is complete. Nothing follows. */
    record Ended(Connection from) implements Mail {}

    /** There is no answer, or it broke off. Nothing follows. */
    record Broken(Connection from, Throwable reason) implements Mail {}
  }

  /**
   * The head of an answer, and the body if it isn't a stream.
   *
   * @param body of anything but a stream, the beginning
   */
  record Answer(int status, HttpHeaders headers, byte[] body) {}

  Connection(Consumer<Mail> mailbox) {
    this.mailbox = mailbox;
  }

  void open(HttpClient http, HttpRequest request) {
    exchange =
        http.sendAsync(request, this::body)
            .whenComplete(
                (response, failure) ->
                    mailbox.accept(
                        failure == null
                            ? new Mail.Answered(this)
                            : new Mail.Broken(this, failure)));
  }

  /** What was answered so far; null if nothing was. */
  @Nullable Answer answer() {
    ResponseInfo info = head;
    if (info == null) {
      return null;
    }
    BoundedBody body = refusal;
    return new Answer(info.statusCode(), info.headers(), body == null ? NONE : body.soFar());
  }

  /** Whether a head is that of an event stream (HTML Living Standard, 9.2.3). */
  static boolean isEventStream(int status, HttpHeaders headers) {
    return status == 200
        && headers
            .firstValue("Content-Type")
            .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .filter("text/event-stream"::equals)
            .isPresent();
  }

  /** Has the first bytes of the stream brought. */
  void begin() {
    request(MAX_PIECES);
  }

  /** Takes note that a piece was read, and has more brought. */
  void pieceRead() {
    piecesRead++;
    if (piecesRead == MAX_PIECES / 2) {
      piecesRead = 0;
      request(MAX_PIECES / 2);
    }
  }

  private void request(int pieces) {
    Flow.Subscription current = subscription;
    if (current != null) {
      current.request(pieces);
    }
  }

  void close() {
    Flow.Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
    CompletableFuture<?> asked = exchange;
    if (asked != null) {
      asked.cancel(true);
    }
  }

  private BodySubscriber<byte[]> body(ResponseInfo info) {
    head = info;
    if (isEventStream(info.statusCode(), info.headers())) {
      return new StreamBody();
    }
    BoundedBody body = new BoundedBody(MAX_REFUSAL_BYTES);
    refusal = body;
    return body;
  }

  private final class StreamBody implements BodySubscriber<byte[]> {

    private final CompletableFuture<byte[]> begins = new CompletableFuture<>();

    // The answer is there with its head: who waits for the whole body of a stream waits for ever.
    // But not before bytes can be requested, or the reader's first request would be lost.
    @Override
    public CompletionStage<byte[]> getBody() {
      return begins;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      begins.complete(NONE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      mailbox.accept(new Mail.Bytes(Connection.this, buffers));
    }

    @Override
    public void onError(Throwable failure) {
      mailbox.accept(new Mail.Broken(Connection.this, failure));
    }

    @Override
    public void onComplete() {
      mailbox.accept(new Mail.Ended(Connection.this));
    }
  }
}
