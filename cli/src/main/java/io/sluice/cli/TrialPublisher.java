package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes events to see whether they arrive.
 *
 * <p>One caller at a time.
 */
final class TrialPublisher {

  private static final String TYPE = "doctor";

  private final Examination.Plan plan;
  private final HttpClient http;
  private final String run = Long.toHexString(ThreadLocalRandom.current().nextLong());

  /** What came of an event. */
  sealed interface Result {

    record Published(String id) implements Result {}

    record Refused(Refusal refusal) implements Result {}

    record Failed(String reason) implements Result {}
  }

  TrialPublisher(Examination.Plan plan, HttpClient http) {
    this.plan = plan;
    this.http = http;
  }

  /** Publishes one, and waits for the answer. */
  Result publish(int number) throws InterruptedException {
    HttpRequest request =
        plan.hub()
            .request("/events/" + plan.channel(), new Query().with("type", TYPE))
            .timeout(plan.patience().multipliedBy(2))
            .POST(BodyPublishers.ofString(run + " " + number))
            .build();
    try {
      HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        return new Result.Refused(Refusal.of(answer.statusCode(), answer.headers(), answer.body()));
      }
      String id = Examination.json(new String(answer.body(), UTF_8)).path("id").asString("");
      return id.isEmpty() ? new Result.Failed("the answer has no id") : new Result.Published(id);
    } catch (IOException e) {
      return new Result.Failed(NetworkFailure.describe(e));
    }
  }

  /** Begins a request with a line of NDJSON, and leaves it open. */
  Open open() {
    return new Open(run + " line");
  }

  /** A request that isn't complete yet. */
  final class Open implements AutoCloseable {

    private final String data;

    private final OpenBody body;

    private Open(String data) {
      this.data = data;
      String line =
          JsonMapper.shared()
              .writeValueAsString(Map.of("channel", plan.channel(), "type", TYPE, "data", data));
      body = new OpenBody((line + "\n").getBytes(UTF_8));
      HttpRequest request =
          plan.hub()
              .request("/publish", new Query())
              .header("Content-Type", "application/x-ndjson")
              .POST(BodyPublishers.fromPublisher(body))
              .build();
      // Whether it comes to the hub, the stream shows.
      http.sendAsync(request, BodyHandlers.discarding());
    }

    /** What the event has. */
    String data() {
      return data;
    }

    /** Completes it. */
    @Override
    public void close() {
      body.complete();
    }
  }

  /**
   * A body that begins at once and ends when it is told to. An InputStream that waits wouldn't do:
   * the client's thread that reads it sends nothing meanwhile.
   *
   * <p>Thread-safe: guarded by itself.
   */
  private static final class OpenBody implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    private final byte[] beginning;
    private Flow.@Nullable Subscriber<? super ByteBuffer> reader;
    private boolean begun;
    private boolean over;

    OpenBody(byte[] beginning) {
      this.beginning = beginning;
    }

    @Override
    public synchronized void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      reader = subscriber;
      subscriber.onSubscribe(this);
    }

    @Override
    public synchronized void request(long n) {
      if (!begun && reader != null) {
        begun = true;
        reader.onNext(ByteBuffer.wrap(beginning));
        if (over) {
          reader.onComplete();
        }
      }
    }

    synchronized void complete() {
      if (!over) {
        over = true;
        if (begun && reader != null) {
          reader.onComplete();
        }
      }
    }

    @Override
    public synchronized void cancel() {
      reader = null;
    }
  }
}
