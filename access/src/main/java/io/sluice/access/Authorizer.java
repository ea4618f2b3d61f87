package io.sluice.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.access.BoundedFetch.Reply;
import io.sluice.event.ChannelPattern;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the application for what the rules leave open ({@link Decision.Open}): it is sent {@code
 * {"kind","subject","roles","scopes","claims","action","channel"}} and answers 200 with {@code
 * {"allow":true,"maxAge":30}}. For {@code maxAge} seconds, an hour at most, it isn't asked that
 * again; without, the answer is good once. Whatever else comes of it, nothing is allowed.
 *
 * <p>Thread-safe. Nothing blocks: where an answer isn't held, the future completes on another
 * thread, after the timeout at most.
 */
public final class Authorizer implements AutoCloseable {

  // What bounds it: the same question once at a time, 64 in all, each with a time and a size. An
  // answer is held by the hash of the whole question, so that it is never somebody else's, nor the
  // same one's with other roles or claims.

  /** So many questions are under way at most. */
  static final int MAX_UNDER_WAY = 64;

  /** So many answers are held at most. */
  static final int MAX_HELD = 10_000;

  /** A longer answer is none. */
  static final int MAX_BYTES = 16 * 1024;

  /** No answer is held for longer. */
  static final Duration MAX_AGE = Duration.ofHours(1);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(Authorizer.class);

  // Sorted, so that the same question is the same text.
  private static final JsonMapper JSON =
      Claims.JSON.rebuild().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  /** What the application says. */
  public sealed interface Answer {

    /** They may. */
    record Allowed() implements Answer {}

    /**
     * They may not.
     *
     * @param denied as if a rule had said so
     */
    record Denied(Decision.Denied denied) implements Answer {}

    /**
     * Nobody can say at present: 503.
     *
     * @param code stable, for programs: {@code authorizer-unavailable}
     * @param detail for people
     * @param retryAfter when it may be asked again
     */
    record Unavailable(String code, String detail, Duration retryAfter) implements Answer {}
  }

  private record Verdict(boolean allow, Duration maxAge) {}

  private record Held(boolean allow, Instant asked, Instant until) {}

  private final AuthorizerOptions options;
  private final Function<String, CompletableFuture<Reply>> send;
  private final Runnable close;
  private final InstantSource clock;

  private final Cache<Fingerprint, Held> held = Caffeine.newBuilder().maximumSize(MAX_HELD).build();
  // Null stands for no answer. Whoever waits words what it means for what they asked.
  private final Map<Fingerprint, CompletableFuture<@Nullable Boolean>> underWay =
      new ConcurrentHashMap<>();
  private final Semaphore slots = new Semaphore(MAX_UNDER_WAY);
  private volatile boolean failing;

  private Authorizer(
      AuthorizerOptions options,
      Function<String, CompletableFuture<Reply>> send,
      Runnable close,
      InstantSource clock) {
    this.options = options;
    this.send = send;
    this.close = close;
    this.clock = clock;
  }

  /** One that is asked over HTTP. Nothing is asked yet. */
  public static Authorizer open(AuthorizerOptions options, InstantSource clock) {
    BoundedFetch http = new BoundedFetch(options.timeout(), MAX_BYTES);
    return new Authorizer(
        options, question -> http.send(request(options, question)), http::close, clock);
  }

  /** One that is asked by another way, for tests of what happens when. */
  static Authorizer by(
      Function<String, CompletableFuture<Reply>> send,
      AuthorizerOptions options,
      InstantSource clock) {
    return new Authorizer(options, send, () -> {}, clock);
  }

  private static HttpRequest request(AuthorizerOptions options, String question) {
    return HttpRequest.newBuilder(options.url())
        .timeout(options.timeout())
        .header("Accept", "application/json")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(question))
        .build();
  }

  /**
   * Asks whether somebody may do something with a channel, or with all channels that a pattern
   * stands for.
   *
   * @return never fails
   */
  public CompletableFuture<Answer> ask(Identity who, Action action, ChannelPattern where) {
    String question = question(who, action, where);
    Fingerprint key = Fingerprint.of(question);
    Held known = held(key);
    if (known != null) {
      return CompletableFuture.completedFuture(answer(known.allow, action, where));
    }
    CompletableFuture<@Nullable Boolean> mine = new CompletableFuture<>();
    CompletableFuture<@Nullable Boolean> others = underWay.putIfAbsent(key, mine);
    if (others != null) {
      return others.thenApply(allow -> answer(allow, action, where));
    }
    if (!slots.tryAcquire()) {
      underWay.remove(key, mine);
      mine.complete(null);
      return CompletableFuture.completedFuture(
          unavailable("too much is being asked of the application about permissions"));
    }
    Instant asked = clock.instant();
    begin(question)
        .whenComplete(
            (reply, failure) -> {
              Boolean allow = null;
              try {
                allow = settle(key, reply, failure, asked);
              } finally {
                slots.release();
                underWay.remove(key, mine);
                mine.complete(allow);
              }
            });
    return mine.thenApply(allow -> answer(allow, action, where));
  }

  private static String question(Identity who, Action action, ChannelPattern where) {
    ObjectNode question = JSON.createObjectNode();
    // A key may have the name that is somebody's subject.
    question.put("kind", who.kind().name().toLowerCase(Locale.ROOT));
    question.put("subject", who.subject());
    question.set("roles", JSON.valueToTree(new TreeSet<>(who.roles())));
    question.set("scopes", JSON.valueToTree(new TreeSet<>(who.scopes())));
    question.set("claims", JSON.valueToTree(who.claims()));
    question.put("action", Rule.word(action));
    question.put("channel", where.toString());
    return question.toString();
  }

  private @Nullable Held held(Fingerprint key) {
    Held answer = held.getIfPresent(key);
    if (answer == null) {
      return null;
    }
    Instant now = clock.instant();
    if (now.isBefore(answer.until) && !now.isBefore(answer.asked)) {
      return answer;
    }
    held.invalidate(key);
    return null;
  }

  // What isn't begun would be waited for by everybody, for ever.
  private CompletableFuture<Reply> begin(String question) {
    try {
      return send.apply(question);
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private @Nullable Boolean settle(
      Fingerprint key, @Nullable Reply reply, @Nullable Throwable failure, Instant asked) {
    if (reply == null) {
      return troubled(String.valueOf(failure));
    }
    if (reply.status() != 200) {
      return troubled("it answered with status " + reply.status());
    }
    Verdict verdict;
    try {
      verdict = read(reply.body());
    } catch (IllegalArgumentException unusable) {
      return troubled("its answer " + unusable.getMessage());
    }
    recovered();
    if (!verdict.maxAge.isZero()) {
      held.put(key, new Held(verdict.allow, asked, asked.plus(verdict.maxAge)));
    }
    return verdict.allow;
  }

  private static Verdict read(byte[] body) {
    JsonNode answer;
    try {
      answer = JSON.readTree(body);
    } catch (JacksonException notJson) {
      throw new IllegalArgumentException("isn't JSON", notJson);
    }
    JsonNode allow = answer.path("allow");
    if (!allow.isBoolean()) {
      throw new IllegalArgumentException("has no allow that is true or false");
    }
    JsonNode maxAge = answer.path("maxAge");
    if (maxAge.isMissingNode()) {
      return new Verdict(allow.booleanValue(), Duration.ZERO);
    }
    if (!maxAge.isIntegralNumber() || maxAge.bigIntegerValue().signum() < 0) {
      throw new IllegalArgumentException("has a maxAge that isn't a number of whole seconds");
    }
    long seconds = maxAge.canConvertToLong() ? maxAge.longValue() : Long.MAX_VALUE;
    return new Verdict(
        allow.booleanValue(), Duration.ofSeconds(Math.min(seconds, MAX_AGE.toSeconds())));
  }

  private @Nullable Boolean troubled(String trouble) {
    // Once, not for every question while it lasts.
    if (!failing) {
      failing = true;
      log.warn(
          "can't ask {} who may do what: {}; what the rules leave open is refused until it answers",
          Endpoint.shown(options.url()),
          trouble);
    }
    return null;
  }

  private void recovered() {
    if (failing) {
      failing = false;
      log.info("{} says again who may do what", Endpoint.shown(options.url()));
    }
  }

  private static Answer answer(@Nullable Boolean allow, Action action, ChannelPattern where) {
    if (allow == null) {
      return unavailable(
          "the application can't say at present whether "
              + Refusals.what(action, where)
              + " is allowed");
    }
    return allow
        ? new Answer.Allowed()
        : new Answer.Denied(
            new Decision.Denied(
                where, Refusals.what(action, where) + " isn't allowed by the application"));
  }

  private static Answer unavailable(String detail) {
    return new Answer.Unavailable("authorizer-unavailable", detail, RETRY_AFTER);
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    close.run();
  }
}
