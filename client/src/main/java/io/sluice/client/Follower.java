package io.sluice.client;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.sluice.client.Connection.Mail;
import io.sluice.wire.BlockTooLargeException;
import io.sluice.wire.EventStreamParser;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Follows a stream from connection to connection: resumes after the last id, waits between attempts
 * as the server asks and then a little at random, and gives up a connection that has gone silent.
 *
 * <p>One reading thread at a time; {@link #close} and {@link #position} are for any.
 */
final class Follower {

  /*
   * The reading thread does everything, when it asks for the next delivery and none waits: it takes
   * from the mailbox what happened to the connection, or finds that the time of the phase is over.
   * A connection that was given up may still write; its mail is dropped. So nothing but the mailbox
   * is shared with the HTTP client's threads.
   *
   * Everything that waits in the intake is delivered before a new connection is made. So the
   * position that a connection begins from, that of the last block read, is never ahead of what the
   * application was given.
   */

  private static final int MAX_REDIRECTS = 5;

  /** How often in a row a new token may be refused before it is believed. */
  private static final int MAX_DENIALS = 3;

  private final StreamPlan plan;
  private final Intake intake;
  private final BlockingQueue<Mail> mailbox = new LinkedBlockingQueue<>();
  private volatile boolean closed;
  private volatile String position;
  private volatile @Nullable Connection connection; // written by the reading thread alone

  // The reading thread's.
  private Phase phase = new Phase.Waiting(Deadline.in(Duration.ZERO));
  private EventStreamParser parser;
  private URI asked;
  private int redirects;
  private int failures;
  private int denials;
  private @Nullable StreamEnd end;

  /** What is waited for, and until when. */
  private sealed interface Phase {
    Deadline until();

    /** The time of the next attempt. */
    record Waiting(Deadline until) implements Phase {}

    /** The head of an answer, or a body that isn't a stream. */
    record Asking(Deadline until) implements Phase {}

    /** Bytes of the stream. */
    record Reading(Deadline until) implements Phase {}
  }

  Follower(StreamPlan plan) {
    this.plan = plan;
    this.intake = new Intake(plan);
    this.position = plan.start() instanceof Start.After after ? after.id() : "";
    this.parser = parser();
    this.asked = plan.target().uri();
  }

  /**
   * The next delivery, as soon as there is one.
   *
   * @return null if the stream has ended or the time is over
   */
  @Nullable Delivery next(Deadline deadline) throws InterruptedException {
    while (true) {
      if (closed) {
        finish(new StreamEnd.Closed());
        intake.clear();
        return null;
      }
      Delivery delivery = intake.poll();
      if (delivery != null) {
        return delivery;
      }
      if (end != null || deadline.hasPassed()) {
        return null;
      }
      step(deadline);
    }
  }

  /** Why the stream has ended, or null if it hasn't. */
  @Nullable StreamEnd end() {
    return end;
  }

  /** The last id that the stream brought, with an event or without. */
  String position() {
    return position;
  }

  /** Ends the stream. A delivery that is asked for, now or later, is null. */
  void close() {
    closed = true;
    Connection current = connection;
    // A reading thread that is just making another one sees `closed` before it waits for it.
    if (current != null) {
      current.close();
    }
    mailbox.add(new Mail.Poke());
  }

  /** Ends the stream for a reason. For the reading thread. */
  void finish(StreamEnd reason) {
    if (end == null) {
      end = reason;
    }
    hangUp();
  }

  private void step(Deadline deadline) throws InterruptedException {
    long nanos = Math.min(deadline.nanosLeft(), phase.until().nanosLeft());
    Mail mail = nanos == 0 ? mailbox.poll() : mailbox.poll(nanos, NANOSECONDS);
    if (mail == null) {
      if (phase.until().hasPassed()) {
        timeIsOver();
      }
    } else if (mail.from() != null && mail.from() == connection) {
      handle(mail);
    }
  }

  private void timeIsOver() {
    switch (phase) {
      case Phase.Waiting waiting -> connect();
      case Phase.Asking asking -> {
        Connection current = connection;
        Connection.Answer answer = current == null ? null : current.answer();
        if (answer == null) {
          lost("no answer within " + seconds(plan.patience().answer()), Duration.ZERO);
        } else {
          answered(answer);
        }
      }
      case Phase.Reading reading -> lost("nothing came for " + seconds(silence()), Duration.ZERO);
    }
  }

  private void handle(Mail mail) {
    switch (mail) {
      case Mail.Poke poke -> {}
      case Mail.Answered answer -> answered(answer.from().answer());
      case Mail.Bytes bytes -> read(bytes);
      case Mail.Ended ended -> ended();
      case Mail.Broken broken -> {
        String what = phase instanceof Phase.Asking ? "no answer: " : "the connection broke: ";
        lost(what + NetworkFailure.describe(broken.reason()), retryIfReading());
      }
    }
  }

  // Where nothing was read, nobody asked to wait.
  private Duration retryIfReading() {
    return phase instanceof Phase.Reading ? intake.retry() : Duration.ZERO;
  }

  private void connect() {
    asked = plan.target().uri();
    redirects = 0;
    ask();
  }

  private void ask() {
    StreamRequest request = new StreamRequest(plan, asked, position);
    Connection next = new Connection(mailbox::add);
    connection = next;
    phase = new Phase.Asking(Deadline.in(plan.patience().answer()));
    try {
      next.open(plan.reach().http(), request.toHttp());
    } catch (CredentialException e) {
      lost("there is no token: " + e.getMessage(), Duration.ZERO);
    } catch (IllegalArgumentException e) {
      finish(new StreamEnd.NotAStream("can't ask " + asked + ": " + e.getMessage()));
    }
  }

  private void answered(Connection.@Nullable Answer answer) {
    if (answer == null) {
      throw new IllegalStateException("an answer without a head");
    }
    int status = answer.status();
    if (Connection.isEventStream(status, answer.headers())) {
      begin();
    } else if (status == 200) {
      String type = answer.headers().firstValue("Content-Type").orElse("no content type");
      finish(
          new StreamEnd.NotAStream(
              asked + " answers with " + type + ", not with text/event-stream"));
    } else if (status == 204) {
      finish(new StreamEnd.Completed());
    } else if (StreamRequest.isRedirect(status)
        && answer.headers().firstValue("Location").isPresent()) {
      redirect(answer.headers().firstValue("Location").get());
    } else {
      refused(Problem.of(status, answer.headers(), answer.body(), Instant.now()));
    }
  }

  private void begin() {
    denials = 0;
    intake.connectionBegins();
    parser = parser();
    phase = new Phase.Reading(Deadline.in(silence()));
    plan.observer().opened();
    Connection current = connection;
    if (current != null) {
      current.begin();
    }
  }

  private void redirect(String location) {
    URI target = StreamRequest.resolve(asked, location);
    if (target == null) {
      finish(new StreamEnd.NotAStream(asked + " redirects to " + location + ", which is no URL"));
    } else if (redirects == MAX_REDIRECTS) {
      lost(
          asked + " was the last of " + MAX_REDIRECTS + " redirects, and redirects again",
          Duration.ZERO);
    } else {
      redirects++;
      hangUp();
      asked = target;
      ask();
    }
  }

  private void refused(Problem problem) {
    boolean another = problem.status() == 401 && plan.reach().credential().isRenewable();
    if (problem.isTemporary() || (another && ++denials < MAX_DENIALS)) {
      lost("can't subscribe now: " + problem, problem.retryAfter());
    } else {
      finish(new StreamEnd.Refused(problem));
    }
  }

  private void read(Mail.Bytes bytes) {
    bytes.from().pieceRead();
    try {
      for (ByteBuffer buffer : bytes.buffers()) {
        parser.feed(buffer);
      }
    } catch (BlockTooLargeException e) {
      position = parser.lastEventId();
      finish(new StreamEnd.TooLarge(plan.patience().maxBlockBytes()));
      return;
    }
    position = parser.lastEventId();
    phase = new Phase.Reading(Deadline.in(silence()));
    String expired = intake.expired();
    if (expired != null) {
      if (plan.reach().credential().isRenewable()) {
        lost("the token has expired", Duration.ZERO);
      } else {
        finish(new StreamEnd.Expired(expired));
      }
    }
  }

  private void ended() {
    if (!plan.patience().reconnects()) {
      finish(new StreamEnd.Completed());
    } else {
      lost("the server ended the connection", intake.retry());
    }
  }

  private void lost(String reason, Duration atLeast) {
    boolean worked = phase instanceof Phase.Reading && intake.heardOf();
    hangUp();
    if (!plan.patience().reconnects()) {
      finish(new StreamEnd.Lost(reason));
      return;
    }
    failures = worked ? 0 : failures;
    Duration jitter = plan.patience().backoff().wait(failures, plan.patience().random());
    failures++;
    Duration wait = atLeast.plus(jitter);
    phase = new Phase.Waiting(Deadline.in(wait));
    plan.observer().disconnected(reason, wait);
  }

  private void hangUp() {
    Connection current = connection;
    connection = null;
    if (current != null) {
      current.close();
    }
  }

  private Duration silence() {
    Duration asWanted = plan.patience().silence();
    Duration announced = intake.silence();
    return asWanted != null ? asWanted : announced != null ? announced : Duration.ofDays(365_000);
  }

  private EventStreamParser parser() {
    return new EventStreamParser(intake, plan.patience().maxBlockBytes(), position);
  }

  private static String seconds(Duration time) {
    return "%.1f seconds".formatted(time.toMillis() / 1000.0);
  }
}
