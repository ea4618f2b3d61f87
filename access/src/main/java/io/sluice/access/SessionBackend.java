package io.sluice.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.access.BoundedFetch.Reply;
import io.sluice.access.Identification.Known;
import io.sluice.access.Identification.Refused;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the application's own backend whose a session is, so that a login that exists works as it
 * is. The backend answers 200 with {@code {"subject","roles","scopes","claims","expires","issued",
 * "subscribe","publish"}}, of which only {@code subject} must be there, or 401 or 403. Whatever
 * else comes of it, nobody gets in.
 *
 * <p>Thread-safe. Nothing blocks: where an answer isn't held, the future completes on another
 * thread, after the timeout at most.
 */
public final class SessionBackend implements AutoCloseable {

  // What bounds it: one question per session at a time, 64 in all, each with a time and a size;
  // answers are held by the session's hash, so that the cache has nothing that could be shown.
  //
  // Revocations: an answer counts as issued when it was asked for, unless the backend says since
  // when the session is. So after a subject was revoked what is held of it is asked for anew, and a
  // session that the backend still vouches for is good again: it is the backend's to end it.

  /** So many questions are under way at most. */
  static final int MAX_UNDER_WAY = 64;

  /** So many answers are held at most. */
  static final int MAX_HELD = 10_000;

  /** A longer answer is none. */
  static final int MAX_BYTES = 64 * 1024;

  /** For so long a refusal is good. */
  static final Duration REFUSAL_HELD = Duration.ofSeconds(5);

  private static final int MAX_VALUE_LENGTH = 4096;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(SessionBackend.class);

  private record Answer(Identification identification, Instant asked, Instant until) {}

  private final SessionOptions options;
  private final Function<String, CompletableFuture<Reply>> ask;
  private final Runnable close;
  private final Revocations revocations;
  private final InstantSource clock;

  private final Cache<Fingerprint, Answer> held =
      Caffeine.newBuilder().maximumSize(MAX_HELD).build();
  private final Map<Fingerprint, CompletableFuture<Identification>> underWay =
      new ConcurrentHashMap<>();
  private final Semaphore slots = new Semaphore(MAX_UNDER_WAY);
  private volatile boolean failing;

  private SessionBackend(
      SessionOptions options,
      Function<String, CompletableFuture<Reply>> ask,
      Runnable close,
      Revocations revocations,
      InstantSource clock) {
    this.options = options;
    this.ask = ask;
    this.close = close;
    this.revocations = revocations;
    this.clock = clock;
  }

  /** A backend that is asked over HTTP. Nothing is asked yet. */
  public static SessionBackend open(
      SessionOptions options, Revocations revocations, InstantSource clock) {
    BoundedFetch http = new BoundedFetch(options.timeout(), MAX_BYTES);
    return new SessionBackend(
        options, value -> http.send(request(options, value)), http::close, revocations, clock);
  }

  /** A backend that is asked by another way, for tests of what happens when. */
  static SessionBackend by(
      Function<String, CompletableFuture<Reply>> ask,
      SessionOptions options,
      Revocations revocations,
      InstantSource clock) {
    return new SessionBackend(options, ask, () -> {}, revocations, clock);
  }

  private static HttpRequest request(SessionOptions options, String value) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(options.url())
            .timeout(options.timeout())
            .header("Accept", "application/json");
    if (options.cookie() != null) {
      request.header("Cookie", options.cookie() + '=' + value);
    } else if (options.header() != null) {
      request.header(options.header(), value);
    }
    return request.build();
  }

  /**
   * Says whose a session is.
   *
   * @param value of the cookie or header
   * @return never fails
   */
  public CompletableFuture<Identification> identify(String value) {
    if (!isPassable(value)) {
      return CompletableFuture.completedFuture(
          new Refused(
              "session-refused",
              "the session is empty, longer than "
                  + MAX_VALUE_LENGTH
                  + " characters, or has characters that can't be passed on"));
    }
    Fingerprint session = Fingerprint.of(value);
    Identification known = held(session);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<Identification> mine = new CompletableFuture<>();
    CompletableFuture<Identification> others = underWay.putIfAbsent(session, mine);
    if (others != null) {
      return others.copy();
    }
    if (!slots.tryAcquire()) {
      underWay.remove(session, mine);
      mine.complete(unavailable("too many sessions are being asked for"));
      return mine;
    }
    Instant asked = clock.instant();
    begin(value)
        .whenComplete(
            (reply, failure) -> {
              Identification found = unavailable("the application's answer can't be used");
              try {
                found = settle(session, reply, failure, asked);
              } finally {
                slots.release();
                underWay.remove(session, mine);
                mine.complete(found);
              }
            });
    return mine.copy();
  }

  private @Nullable Identification held(Fingerprint session) {
    Answer answer = held.getIfPresent(session);
    if (answer == null) {
      return null;
    }
    Instant now = clock.instant();
    boolean good = now.isBefore(answer.until) && !now.isBefore(answer.asked);
    if (!good
        || (answer.identification instanceof Known known
            && revocations.isRevoked(known.identity()))) {
      held.invalidate(session);
      return null;
    }
    return answer.identification;
  }

  // What isn't begun would be waited for by everybody, for ever.
  private CompletableFuture<Reply> begin(String value) {
    try {
      return ask.apply(value);
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private Identification settle(
      Fingerprint session, @Nullable Reply reply, @Nullable Throwable failure, Instant asked) {
    if (reply == null) {
      return troubled(String.valueOf(failure));
    }
    Instant now = clock.instant();
    Identification found;
    if (reply.status() == 401 || reply.status() == 403) {
      found = new Refused("session-refused", "the application doesn't know this session; log in");
    } else if (reply.status() != 200) {
      return troubled("it answered with status " + reply.status());
    } else {
      try {
        found = known(SessionAnswer.identity(reply.body(), asked), now);
      } catch (IllegalArgumentException unusable) {
        return troubled("its answer " + unusable.getMessage());
      }
    }
    recovered();
    Instant until = now.plus(found instanceof Known ? options.cache() : REFUSAL_HELD);
    if (found instanceof Known known
        && known.identity().expires() != null
        && known.identity().expires().isBefore(until)) {
      until = known.identity().expires();
    }
    held.put(session, new Answer(found, asked, until));
    return found;
  }

  private Identification known(Identity identity, Instant now) {
    if (identity.hasExpired(now)) {
      return new Refused(
          "session-refused",
          "the session ended at "
              + identity.expires()
              + " (expires counts seconds since 1970, or is a time); log in");
    }
    return revocations.isRevoked(identity) ? Identities.revoked() : new Known(identity);
  }

  private Identification troubled(String trouble) {
    // Once, not for every request while it lasts.
    if (!failing) {
      failing = true;
      log.warn(
          "can't ask {} whose a session is: {}; sessions are refused until it answers",
          Endpoint.shown(options.url()),
          trouble);
    }
    return unavailable("the application can't say at present whose this session is");
  }

  private void recovered() {
    if (failing) {
      failing = false;
      log.info("{} says again whose a session is", Endpoint.shown(options.url()));
    }
  }

  private static Refused unavailable(String detail) {
    return Refused.unavailable(detail, RETRY_AFTER);
  }

  // RFC 9110, section 5.5; in a cookie (RFC 6265, section 4.1.1) nothing may begin another one.
  private boolean isPassable(String value) {
    if (value.isBlank() || value.length() > MAX_VALUE_LENGTH) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~' || (options.cookie() != null && (c == ';' || c == ',' || c == ' '))) {
        return false;
      }
    }
    return true;
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    close.run();
  }

  /** Reads what a backend says. */
  private static final class SessionAnswer {

    private SessionAnswer() {}

    /**
     * @throws IllegalArgumentException if it can't be read; goes on from "its answer"
     */
    static Identity identity(byte[] body, Instant asked) {
      Claims answer = Claims.parse(body);
      String subject = answer.text("subject");
      if (subject == null) {
        throw new IllegalArgumentException("has no subject");
      }
      TokenClaims.checkName("subject", subject);
      Instant issued = answer.moment("issued");
      return new Identity(
          Identity.Kind.SESSION,
          subject,
          Set.copyOf(answer.words("roles")),
          Set.copyOf(answer.words("scopes")),
          answer.membersOf("claims"),
          new Grants(answer.patterns("subscribe"), answer.patterns("publish")),
          answer.moment("expires"),
          null,
          issued == null ? asked : issued,
          null);
    }
  }
}
