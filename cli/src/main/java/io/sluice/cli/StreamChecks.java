package io.sluice.cli;

import io.sluice.cli.ExaminedStream.Answer;
import io.sluice.cli.ExaminedStream.Arrival;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a stream brings once it has begun: events at once, heartbeats, no end, and the rest after a
 * cut.
 *
 * <p>Confined to the thread that runs it.
 */
final class StreamChecks {

  private static final int EVENTS = 3;
  private static final Duration LATE = Duration.ofSeconds(1);

  private final Examination.Plan plan;
  private final HttpClient http;
  private final Consumer<Finding> told;
  private final Duration heartbeat;
  private final String begin;
  private final TrialPublisher publisher;

  /** Ids of what was published and has come. */
  private final List<String> had = new ArrayList<>();

  /**
   * @param heartbeat seconds, as the stream has said; 0 if it hasn't
   * @param begin the id of the stream's first block
   */
  StreamChecks(
      Examination.Plan plan, HttpClient http, Consumer<Finding> told, int heartbeat, String begin) {
    this.plan = plan;
    this.http = http;
    this.told = told;
    this.heartbeat = Duration.ofSeconds(heartbeat);
    this.begin = begin;
    publisher = new TrialPublisher(plan, http);
  }

  void run(ExaminedStream stream) throws InterruptedException {
    if (!plan.publishes()) {
      told.accept(Finding.skipped("events", "nothing is published (--no-publish)"));
    } else if (events(stream)) {
      streamedRequest(stream);
    }
    if (silence(stream)) {
      resume();
    }
  }

  /** Whether there may be published, and whether each event comes by itself. */
  private boolean events(ExaminedStream stream) throws InterruptedException {
    List<String> millis = new ArrayList<>();
    boolean late = false;
    for (int i = 0; i < EVENTS; i++) {
      long begun = System.nanoTime();
      switch (publisher.publish(i)) {
        case TrialPublisher.Result.Published published -> {
          if (!arrives(stream, published.id(), plan.patience())) {
            tellOfMissing(published.id());
            return false;
          }
          had.add(published.id());
          Duration took = Duration.ofNanos(System.nanoTime() - begun);
          late |= took.compareTo(LATE) > 0;
          millis.add(Long.toString(took.toMillis()));
        }
        case TrialPublisher.Result.Refused refused -> {
          told.accept(
              refused.refusal().isDenial()
                  ? Finding.skipped(
                      "events",
                      "nothing may be published to "
                          + plan.channel()
                          + " ("
                          + refused.refusal()
                          + "): heartbeats have to show whether the stream flows")
                  : Finding.problem(
                      "events", "publishing fails: " + refused.refusal(), Remedy.NONE));
          return false;
        }
        case TrialPublisher.Result.Failed failed -> {
          told.accept(
              Finding.problem("events", "publishing fails: " + failed.reason(), Remedy.ADDRESS));
          return false;
        }
      }
    }
    String seen = "events come one by one, " + String.join(", ", millis) + " ms after publishing";
    told.accept(
        late
            ? Finding.warning("events", seen, Remedy.ANSWER_BUFFERING)
            : Finding.ok("events", seen));
    return true;
  }

  private boolean arrives(ExaminedStream stream, String id, Duration within)
      throws InterruptedException {
    Deadline deadline = Deadline.in(within);
    while (true) {
      Arrival next = stream.next(deadline.atMost(within));
      if (next instanceof Arrival.Event event && event.id().equals(id)) {
        return true;
      }
      if (next == null || next instanceof Arrival.Ended) {
        return false;
      }
    }
  }

  private void tellOfMissing(String id) {
    boolean elsewhere = !epoch(id).equals(epoch(begin));
    told.accept(
        elsewhere
            ? Finding.problem(
                "one-history",
                "what is published at this address goes to another history ("
                    + epoch(id)
                    + ") than the stream is of ("
                    + epoch(begin)
                    + "): there are several hubs, each for itself",
                Remedy.ONE_HISTORY)
            : Finding.problem(
                "buffering",
                "an event that is published doesn't come within "
                    + DoctorCommand.seconds(plan.patience())
                    + ": something on the way collects what it passes on",
                Remedy.ANSWER_BUFFERING));
  }

  /** Whether a line that is published comes before the request is complete. */
  private void streamedRequest(ExaminedStream stream) throws InterruptedException {
    try (TrialPublisher.Open request = publisher.open()) {
      Deadline deadline = Deadline.in(plan.patience());
      while (!deadline.hasPassed()) {
        Arrival next = stream.next(deadline.atMost(plan.patience()));
        if (next instanceof Arrival.Event event && event.data().equals(request.data())) {
          told.accept(
              Finding.ok("requests", "a line of NDJSON is published before its request has ended"));
          return;
        }
      }
    }
    told.accept(
        Finding.warning(
            "requests",
            "a request is held back until it is complete: publishing line by line over one request"
                + " doesn't work, everything else does",
            Remedy.REQUEST_BUFFERING));
  }

  /**
   * Whether the stream stays while nothing happens.
   *
   * @return whether it is worth while to come back
   */
  private boolean silence(ExaminedStream stream) throws InterruptedException {
    long begun = System.nanoTime();
    Deadline end = Deadline.in(plan.watch());
    Duration longest = heartbeat.plus(plan.patience());
    int heartbeats = 0;
    while (!end.hasPassed()) {
      Duration wait = end.atMost(longest);
      Arrival next = stream.next(wait);
      if (next instanceof Arrival.Ended ended) {
        String after = DoctorCommand.seconds(Duration.ofNanos(System.nanoTime() - begun));
        told.accept(
            Finding.problem(
                "silence",
                "the stream ended after "
                    + after
                    + " without events (heartbeats, every "
                    + heartbeat.toSeconds()
                    + " s: "
                    + heartbeats
                    + "): "
                    + ended.how(),
                Remedy.IDLE_TIMEOUT));
        return true;
      }
      if (next instanceof Arrival.Heartbeat) {
        heartbeats++;
      } else if (next == null && wait.equals(longest)) {
        told.accept(
            Finding.problem(
                "silence",
                "no heartbeat came within "
                    + DoctorCommand.seconds(longest)
                    + ", and the hub sends one every "
                    + heartbeat.toSeconds()
                    + " s",
                Remedy.ANSWER_BUFFERING));
        return true;
      }
    }
    tellOfHeartbeats(heartbeats);
    return true;
  }

  private void tellOfHeartbeats(int heartbeats) {
    String watched = DoctorCommand.seconds(plan.watch());
    told.accept(
        heartbeats > 0
            ? Finding.ok(
                "silence", "the stream stayed for " + watched + ", heartbeats came: " + heartbeats)
            : Finding.note(
                "silence",
                "the stream stayed for "
                    + watched
                    + "; the hub's heartbeat is every "
                    + heartbeat.toSeconds()
                    + " s: --watch for longer would see one"));
  }

  /** Whether a client that comes back goes on where it was. */
  private void resume() throws InterruptedException {
    String id = had.isEmpty() ? begin : had.getFirst();
    HttpRequest request = plan.stream().header("Last-Event-ID", id).build();
    if (ExaminedStream.open(http, request, plan.patience()) instanceof Answer.Begun begun) {
      try (ExaminedStream stream = begun.stream()) {
        judgeResume(stream, stream.next(plan.patience()));
      }
    } else {
      told.accept(Finding.problem("resume", "a second stream isn't answered", Remedy.NONE));
    }
  }

  private void judgeResume(ExaminedStream stream, @Nullable Arrival first)
      throws InterruptedException {
    if (!(first instanceof Arrival.Event event && event.type().equals("connected"))) {
      told.accept(Finding.problem("resume", "a second stream doesn't begin", Remedy.NONE));
      return;
    }
    var resumed = Examination.json(event.data()).path("resumed");
    if (resumed.isMissingNode()) {
      told.accept(
          Finding.problem(
              "resume",
              "Last-Event-ID doesn't reach the hub: clients that lose a connection lose events",
              Remedy.LAST_EVENT_ID));
    } else if (!resumed.asBoolean(false)) {
      told.accept(
          Finding.problem(
              "resume",
              "the hub that answers doesn't know the id that was given a moment ago: there are"
                  + " several hubs, each for itself, or it was restarted without a history",
              Remedy.ONE_HISTORY));
    } else if (had.size() > 1 && !arrives(stream, had.get(1), plan.patience())) {
      told.accept(
          Finding.note(
              "resume", "the hub goes on after an id, but has kept nothing of " + plan.channel()));
    } else {
      told.accept(Finding.ok("resume", "a client that comes back goes on where it was"));
    }
  }

  private static String epoch(String id) {
    return id.substring(0, Math.max(0, id.lastIndexOf('-')));
  }
}
