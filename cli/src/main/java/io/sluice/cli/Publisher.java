package io.sluice.cli;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends events to one channel of a hub, one request for each call.
 *
 * <p>Thread-safe.
 */
final class Publisher {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final RemoteHub hub;
  private final Target target;
  private final HttpClient client;

  /**
   * Where events go and what they are.
   *
   * @param type null for none
   * @param key null for none
   */
  record Target(String channel, @Nullable String type, @Nullable String key) {}

  Publisher(RemoteHub hub, Target target) {
    this.hub = hub;
    this.target = target;
    this.client = hub.client().connectTimeout(CONNECT_TIMEOUT).build();
  }

  HubUrl hub() {
    return hub.url();
  }

  /**
   * Publishes one event.
   *
   * @param idempotencyKey null for none
   */
  PublishAnswer publish(String data, @Nullable String idempotencyKey) throws InterruptedException {
    Query query = new Query().with("type", target.type()).with("key", target.key());
    HttpRequest.Builder request =
        hub.request("/events/" + target.channel(), query)
            .header("Content-Type", "text/plain; charset=utf-8")
            .POST(BodyPublishers.ofString(data));
    return send(request, idempotencyKey, 1);
  }

  /**
   * Publishes lines, each as an event of its own.
   *
   * @param idempotencyKey with the place of a line in the list, names the event: sending the same
   *     list under the same key again publishes nothing twice
   */
  PublishAnswer publish(List<Line> lines, String idempotencyKey) throws InterruptedException {
    HttpRequest.Builder request =
        hub.request("/publish", new Query())
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofByteArray(ndjson(lines)));
    return send(request, idempotencyKey, lines.size());
  }

  private PublishAnswer send(
      HttpRequest.Builder request, @Nullable String idempotencyKey, int lines)
      throws InterruptedException {
    if (idempotencyKey != null) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    request.header("Accept", "application/json, application/problem+json");
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request.build(), BodyHandlers.ofByteArray());
    HttpResponse<byte[]> response;
    try {
      // The time of a request that the client bounds itself ends with the answer's head.
      response = answer.get(ANSWER_TIMEOUT.toNanos(), NANOSECONDS);
    } catch (ExecutionException e) {
      return new PublishAnswer.Unsettled(NetworkFailure.describe(e), Duration.ZERO);
    } catch (TimeoutException e) {
      answer.cancel(true);
      String reason = "no answer within " + ANSWER_TIMEOUT.toSeconds() + " seconds";
      return new PublishAnswer.Unsettled(reason, Duration.ZERO);
    }
    return response.statusCode() == 200 ? read(response.body(), lines) : refused(response);
  }

  private static PublishAnswer refused(HttpResponse<byte[]> response) {
    Refusal refusal = Refusal.of(response.statusCode(), response.headers(), response.body());
    if (refusal.isTemporary()) {
      return new PublishAnswer.Unsettled(refusal.toString(), refusal.retryAfter());
    }
    // A wrong first line has a status of its own; any later one stands in an answer that has begun.
    // All lines are of one channel: who may not publish this one may publish none.
    return refusal.line().orElse(0) == 1 && !refusal.isDenial()
        ? new PublishAnswer.LineRefused(List.of(), refusal.detail())
        : new PublishAnswer.Refused(refusal);
  }

  /** Reads the answer's lines, {@code {"id":…}} for each event, perhaps with a refusal at last. */
  static PublishAnswer read(byte[] body, int lines) {
    List<String> ids = new ArrayList<>(lines);
    try (var answers = JsonMapper.shared().readerFor(JsonNode.class).<JsonNode>readValues(body)) {
      while (answers.hasNext()) {
        JsonNode answer = answers.next();
        if (answer.path("id").isString()) {
          ids.add(answer.path("id").asString());
        } else {
          return stopped(ids, answer, lines);
        }
      }
    } catch (JacksonException e) {
      return new PublishAnswer.Unsettled("its answer is no JSON", Duration.ZERO);
    }
    if (ids.size() != lines) {
      String answered = ids.size() + " of " + lines + " events were answered";
      return new PublishAnswer.Unsettled(answered, Duration.ZERO);
    }
    return new PublishAnswer.Published(ids);
  }

  private static PublishAnswer stopped(List<String> ids, JsonNode answer, int lines) {
    Refusal refusal = Refusal.within(answer);
    boolean ofNextLine = ids.size() < lines && refusal.line().orElse(0) == ids.size() + 1;
    return ofNextLine && !refusal.isTemporary()
        ? new PublishAnswer.LineRefused(ids, refusal.detail())
        : new PublishAnswer.Unsettled(refusal.detail(), refusal.retryAfter());
  }

  private byte[] ndjson(List<Line> lines) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Line line : lines) {
      try (JsonGenerator json = JsonMapper.shared().createGenerator(body)) {
        json.writeStartObject();
        json.writeStringProperty("channel", target.channel());
        if (target.type() != null) {
          json.writeStringProperty("type", target.type());
        }
        if (target.key() != null) {
          json.writeStringProperty("key", target.key());
        }
        json.writeStringProperty("data", line.text());
        json.writeEndObject();
      }
      body.write('\n');
    }
    return body.toByteArray();
  }
}
