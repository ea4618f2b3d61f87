package io.sluice.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Describes a stream of Server-Sent Events, of a Sluice hub or of any other server, and opens it in
 * one of three ways: {@link #open} to read it, {@link #listen} to be called, {@link #publisher} for
 * reactive code. Each of them begins a stream of its own, with what is set at that moment.
 *
 * <p>Whichever way: a lost connection is made again, after the time that the server asks for
 * ({@code retry:}, {@code Retry-After}) and a random one ({@link Backoff}), and the stream goes on
 * where it was. 408, 425, 429, 5xx and a network that fails count as lost; 204 ends a stream in
 * good order, every other status and every other content type for good.
 *
 * <p>One caller at a time.
 */
public final class EventStream {

  private static final Duration DEFAULT_ANSWER = Duration.ofSeconds(10);
  private static final int DEFAULT_MAX_BLOCK_BYTES = 16 * 1024 * 1024;

  private final URI uri;
  private final boolean hub;
  private final List<StreamPlan.Pair> parameters = new ArrayList<>();
  private final List<StreamPlan.Pair> headers = new ArrayList<>();
  private final HttpClient http;
  private @Nullable Supplier<List<StreamPlan.Pair>> changing;
  private Credential credential;
  private Start start = new Start.Live();
  private Backoff backoff = Backoff.DEFAULT;
  private boolean reconnects = true;
  private boolean heartbeats;
  private @Nullable Duration silence;
  private Duration answer = DEFAULT_ANSWER;
  private int maxBlockBytes = DEFAULT_MAX_BLOCK_BYTES;
  private StreamObserver observer = StreamObserver.NONE;
  private RandomGenerator random =
      new Random(); // thread-safe, as the subscribers of a publisher need it
  private Executor executor = Threads.VIRTUAL;

  EventStream(URI uri, boolean hub, HttpClient http, Credential credential) {
    this.uri = uri;
    this.hub = hub;
    this.http = http;
    this.credential = credential;
  }

  /**
   * A stream of any server.
   *
   * @param uri where, with the query if it has one
   * @throws IllegalArgumentException if it isn't an absolute http or https URL
   */
  public static EventStream at(URI uri) {
    return at(uri, Threads.http());
  }

  /**
   * A stream of any server.
   *
   * @param uri where, with the query if it has one
   * @param http asks for it; it should follow no redirects: the stream follows them itself, and
   *     keeps secrets from other servers
   * @throws IllegalArgumentException if it isn't an absolute http or https URL
   */
  public static EventStream at(URI uri, HttpClient http) {
    return new EventStream(HubUrl.checked(uri), false, http, new Credential.None());
  }

  /**
   * Goes on after an event: the server is told its id as {@code Last-Event-ID}, as if this had been
   * the stream's own. An application that stores {@link Delivery#id} together with what it made of
   * the delivery, in one transaction, takes every event into account exactly once.
   *
   * @param id a delivery's; empty: nothing was had yet, and the stream begins as without this call
   */
  public EventStream startAfter(String id) {
    start = id.isEmpty() ? start : new Start.After(id);
    return this;
  }

  /** Begins with the oldest event that the hub retains. Only a hub understands this. */
  public EventStream startEarliest() {
    start = new Start.By("since", "earliest");
    return this;
  }

  /** Begins with what isn't older than that. Only a hub understands this. */
  public EventStream startSince(Duration age) {
    start = new Start.By("since", age.toMillis() + "ms");
    return this;
  }

  /**
   * Begins with so many of the newest events of each channel. Only a hub understands this.
   *
   * @param count from 1 up
   */
  public EventStream startLast(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("startLast needs at least 1: " + count);
    }
    start = new Start.By("last", String.valueOf(count));
    return this;
  }

  /**
   * Only events of these types; {@code message} is what has none. Gaps come all the same. Only a
   * hub understands this.
   */
  public EventStream types(Collection<String> types) {
    return types.isEmpty() ? this : parameter("type", String.join(",", types));
  }

  /** Only events of these types; see {@link #types(Collection)}. */
  public EventStream types(String... types) {
    return types(List.of(types));
  }

  /** Adds a parameter to the query. */
  public EventStream parameter(String name, String value) {
    parameters.add(new StreamPlan.Pair(name, value));
    return this;
  }

  /** Adds a field to the head. It isn't sent to where a redirect leads. */
  public EventStream header(String name, String value) {
    headers.add(new StreamPlan.Pair(name, value));
    return this;
  }

  /** A token to be shown, or an API key. The stream ends when it isn't good any more. */
  public EventStream token(String token) {
    credential = new Credential.Token(() -> token, false);
    return this;
  }

  /**
   * Where a token comes from. Asked before every connection, by the thread that reads the stream; a
   * stream that the server ends because the token has expired goes on with the next one. If it
   * throws, another attempt is made later.
   */
  public EventStream token(Supplier<String> tokens) {
    credential = new Credential.Token(tokens, true);
    return this;
  }

  /** Where one-time tickets come from: like {@link #token(Supplier)}, but sent in the query. */
  public EventStream ticket(Supplier<String> tickets) {
    credential = new Credential.Ticket(tickets);
    return this;
  }

  /** How attempts are spread; {@link Backoff#DEFAULT} if nothing is said. */
  public EventStream backoff(Backoff spread) {
    backoff = spread;
    return this;
  }

  /** Whether a lost connection is made again; it is if nothing is said. */
  public EventStream reconnects(boolean again) {
    reconnects = again;
    return this;
  }

  /** Has heartbeats given as events of type {@code heartbeat}. Only a hub understands this. */
  public EventStream heartbeats() {
    heartbeats = true;
    return parameter("heartbeat", "event");
  }

  /**
   * How long a connection may bring nothing before it is given up. If nothing is said: 2.5 times
   * the heartbeat that a hub announces; for ever with a server that announces none.
   */
  public EventStream maxSilence(Duration time) {
    silence = time;
    return this;
  }

  /** How long a server may take to the end of an answer's head; 10 seconds if nothing is said. */
  public EventStream answerWithin(Duration time) {
    answer = time;
    return this;
  }

  /**
   * How much memory one event may take while it is read; 16 MiB if nothing is said. A larger one
   * ends the stream ({@link StreamEnd.TooLarge}).
   *
   * @param bytes of its data so far and the line that is being read, from 1 up
   */
  public EventStream maxBlockBytes(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maxBlockBytes must be at least 1: " + bytes);
    }
    maxBlockBytes = bytes;
    return this;
  }

  /** Who is told what becomes of connections. */
  public EventStream observer(StreamObserver told) {
    observer = told;
    return this;
  }

  /** What runs listeners and subscribers: a virtual thread for each if nothing is said. */
  public EventStream executor(Executor threads) {
    executor = threads;
    return this;
  }

  /** Adds parameters that may be others at each connection. */
  EventStream changing(Supplier<List<StreamPlan.Pair>> more) {
    changing = more;
    return this;
  }

  /** Where the waits of the backoff come from. */
  EventStream random(RandomGenerator generator) {
    random = generator;
    return this;
  }

  /** Begins to follow the stream, read by the caller. It connects when it is read first. */
  public EventReader open() {
    return new EventReader(follower());
  }

  /** Begins to follow the stream, read by a thread of its own. */
  public Listening listen(StreamListener listener) {
    return Listening.start(follower(), listener, executor);
  }

  /**
   * The stream for reactive code: each subscriber begins one of its own, and is given what it
   * requests. A server that has no more to send completes it; what else ends a stream is an error,
   * a {@link StreamFailedException}.
   */
  public Flow.Publisher<Delivery> publisher() {
    StreamPlan plan = plan();
    return new DeliveryPublisher(() -> new Follower(plan), executor);
  }

  private Supplier<List<StreamPlan.Pair>> parameters() {
    List<StreamPlan.Pair> fixed = List.copyOf(parameters);
    Supplier<List<StreamPlan.Pair>> more = changing;
    return () -> more == null ? fixed : Stream.concat(fixed.stream(), more.get().stream()).toList();
  }

  private Follower follower() {
    return new Follower(plan());
  }

  private StreamPlan plan() {
    return new StreamPlan(
        new StreamPlan.Target(uri, parameters(), hub, heartbeats),
        start,
        new StreamPlan.Reach(http, credential, headers),
        new StreamPlan.Patience(backoff, reconnects, silence, answer, maxBlockBytes, random),
        observer);
  }
}
