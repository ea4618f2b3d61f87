package io.sluice.cli;

import io.sluice.cli.ExaminedStream.Answer;
import io.sluice.cli.ExaminedStream.Arrival;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tries a hub as its clients reach it, through whatever stands before it, and tells what it finds.
 *
 * <p>One caller at a time.
 */
final class Examination implements AutoCloseable {

  /*
   * The order is that of a client's life: reach the hub, be answered with a stream, get events, be
   * left alone while nothing happens, come back. Each step needs those before it: what can't be
   * looked at because of that isn't told as another problem.
   */

  private final Plan plan;
  private final Consumer<Finding> told;
  private final HttpClient http;

  /**
   * What to try, and how.
   *
   * @param hub where it is
   * @param channel what to subscribe to, and publish to
   * @param publishes whether to publish
   * @param origin that of a page which wants to use the hub; null to leave that out
   * @param patience how long to wait for what should come at once
   * @param watch how long to watch a stream on which nothing happens
   */
  record Plan(
      RemoteHub hub,
      String channel,
      boolean publishes,
      @Nullable String origin,
      Duration patience,
      Duration watch) {

    boolean encrypted() {
      return hub.url().base().toLowerCase(Locale.ROOT).startsWith("https:");
    }

    /** A request for the stream. */
    HttpRequest.Builder stream() {
      return hub.request("/events", new Query().with("channel", channel))
          .header("Accept", "text/event-stream")
          .header("Cache-Control", "no-cache");
    }
  }

  /**
   * @param told gets each finding as soon as it is made
   */
  Examination(Plan plan, Consumer<Finding> told) {
    this.plan = plan;
    this.told = told;
    // Over an unencrypted connection no browser speaks HTTP/2, so neither does this.
    http =
        plan.hub()
            .client()
            .version(plan.encrypted() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(plan.patience())
            .build();
  }

  /** Looks at everything. */
  void run() throws InterruptedException {
    if (!new ReachChecks(plan, http, told).run()) {
      return;
    }
    if (plan.origin() != null) {
      new OriginChecks(plan, http, told).run(plan.origin());
    }
    compression();
    long asked = System.nanoTime();
    switch (ExaminedStream.open(http, plan.stream().build(), plan.patience())) {
      case Answer.Begun begun -> {
        long answered = System.nanoTime();
        try (ExaminedStream stream = begun.stream()) {
          examine(stream, millis(answered - asked));
        }
      }
      case Answer.Refused refused ->
          told.accept(
              Finding.problem(
                  "stream",
                  "no stream of " + plan.channel() + ": " + refused.refusal(),
                  refused.refusal().isDenial() ? Remedy.CREDENTIAL : Remedy.NONE));
      case Answer.Silent silent ->
          told.accept(
              Finding.problem(
                  "buffering",
                  "no answer to a request for a stream within "
                      + DoctorCommand.seconds(plan.patience())
                      + ", though others are answered: something on the way waits for its end",
                  Remedy.ANSWER_BUFFERING));
      case Answer.Failed failed ->
          told.accept(Finding.problem("stream", "no stream: " + failed.reason(), Remedy.NONE));
    }
  }

  private void compression() throws InterruptedException {
    HttpRequest request =
        plan.stream().header("Accept-Encoding", "gzip, deflate, br, zstd").build();
    // Whatever else comes of it, the stream itself will show.
    if (ExaminedStream.open(http, request, plan.patience()) instanceof Answer.Begun begun) {
      try (ExaminedStream stream = begun.stream()) {
        String encoding = stream.field("Content-Encoding");
        told.accept(
            encoding.isEmpty() || encoding.equals("identity")
                ? Finding.ok("compression", "the stream comes as it is")
                : Finding.problem(
                    "compression",
                    "the stream comes compressed (Content-Encoding: "
                        + encoding
                        + "): what compresses collects events, or costs memory for each client",
                    Remedy.COMPRESSION));
      }
    }
  }

  private void examine(ExaminedStream stream, long headMillis) throws InterruptedException {
    if (!hasTheRightHead(stream)) {
      return;
    }
    long answered = System.nanoTime();
    Arrival first = stream.next(plan.patience());
    if (!(first instanceof Arrival.Event event && event.type().equals("connected"))) {
      told.accept(
          first == null
              ? Finding.problem(
                  "buffering",
                  "the head of the stream came, but not its first block within "
                      + DoctorCommand.seconds(plan.patience())
                      + ": something on the way collects what it passes on",
                  Remedy.ANSWER_BUFFERING)
              : Finding.problem(
                  "stream", "the stream doesn't begin as a hub's: " + first, Remedy.NOT_A_HUB));
      return;
    }
    told.accept(
        Finding.ok(
            "first-block",
            "the stream was answered after "
                + headMillis
                + " ms, and its first block came "
                + millis(System.nanoTime() - answered)
                + " ms later"));
    JsonNode connected = json(event.data());
    new ClockCheck(told).compare(connected.path("time").asString(""));
    StreamChecks checks =
        new StreamChecks(plan, http, told, connected.path("heartbeat").asInt(0), event.id());
    checks.run(stream);
  }

  private boolean hasTheRightHead(ExaminedStream stream) {
    String type = stream.field("Content-Type");
    if (!type.startsWith("text/event-stream")) {
      told.accept(
          Finding.problem(
              "stream",
              "a request for a stream is answered with "
                  + (type.isEmpty() ? "no content type" : type)
                  + ", not with text/event-stream",
              Remedy.NOT_A_HUB));
      return false;
    }
    String cache = stream.field("Cache-Control").toLowerCase(Locale.ROOT);
    told.accept(
        cache.contains("no-cache") && cache.contains("no-transform")
            ? Finding.ok("head", "the head of the stream is as the hub makes it")
            : Finding.warning(
                "head",
                "the stream's Cache-Control was changed on the way: "
                    + (cache.isEmpty() ? "it is gone" : cache),
                Remedy.CACHE_FIELDS));
    return true;
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }

  /** What a text says; nothing, if it isn't JSON. */
  static JsonNode json(String text) {
    try {
      return JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      return JsonMapper.shared().createObjectNode();
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
