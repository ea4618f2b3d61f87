package io.sluice.client;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Publication;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to a hub, and opens its streams.
 *
 * <p><b>Publishing.</b> Events arrive in the order in which they were given. What has come in while
 * a request was under way goes with the next one. Every request has an idempotency key, and is sent
 * again until it is answered or {@link Builder#publishWithin} is over: an event isn't doubled by
 * that. When more than {@link Builder#maxWaitingBytes} wait because the hub is slow, publishing
 * waits too.
 *
 * <p><b>Streams.</b> See {@link #stream}.
 *
 * <p>Thread-safe. One client serves a whole program.
 */
public final class SluiceClient implements AutoCloseable {

  private final URI base;
  private final HttpClient http;
  private final Credential credential;
  private final Backoff backoff;
  private final Duration publishWithin;
  private final Outbox outbox;

  private SluiceClient(Builder settings) {
    this.credential = settings.credential;
    this.backoff = settings.streamBackoff;
    this.publishWithin = settings.publishWithin;
    this.base = settings.base;
    this.http = settings.http();
    this.outbox =
        new Outbox(
            http,
            base,
            new Outbox.Settings(
                settings.credential,
                settings.publishBackoff,
                settings.maxWaitingBytes,
                settings.publishAnswer));
  }

  /**
   * A client of a hub, with nothing shown to it.
   *
   * @param url where it is, such as {@code http://127.0.0.1:8080}; with a path if a proxy serves it
   *     under one
   * @throws IllegalArgumentException if that isn't an absolute http or https URL without a query
   */
  public static SluiceClient at(String url) {
    return builder(url).build();
  }

  /**
   * Describes a client of a hub.
   *
   * @param url as in {@link #at}
   */
  public static Builder builder(String url) {
    return new Builder(HubUrl.base(url));
  }

  /** Where the hub is. */
  public URI url() {
    return base;
  }

  /**
   * Publishes an event, and waits until it is as safe as the hub's store promises.
   *
   * @return its id
   * @throws RefusedException if the hub doesn't want it
   * @throws UnansweredException if it isn't known to be published in time
   * @throws IllegalStateException if the client is closed
   * @throws InterruptedException if the thread is interrupted; it may be published all the same
   */
  public String publish(Publication event) throws InterruptedException {
    return await(publishAsync(event));
  }

  /** Publishes an event without a type; see {@link #publish(Publication)}. */
  public String publish(String channel, String data) throws InterruptedException {
    return publish(Publication.of(channel, data));
  }

  /** Publishes an event; see {@link #publish(Publication)}. */
  public String publish(String channel, String type, String data) throws InterruptedException {
    return publish(Publication.of(channel, type, data));
  }

  /** Publishes a value; see {@link #publish(Publication)}. */
  public <T> String publish(String channel, String type, T value, Codec<T> codec)
      throws InterruptedException {
    return publish(Publication.of(channel, type, codec.encode(value)));
  }

  /**
   * Publishes an event under the application's own idempotency key: publishing again under the same
   * key within 10 minutes publishes nothing and answers the same id, from another process too.
   *
   * @param key 1 to 200 visible ASCII characters
   */
  public String publish(Publication event, String key) throws InterruptedException {
    return await(submit(Outgoing.whole(List.of(event), checked(key), within()))).getFirst();
  }

  /**
   * Publishes events as a whole: all of them or none. At most 10,000 and 16 MiB; see {@link
   * #publish(Publication)}.
   *
   * @return their ids, in order
   */
  public List<String> publish(List<Publication> events) throws InterruptedException {
    return await(publishAsync(events));
  }

  /**
   * Publishes an event. Waits only while {@link Builder#maxWaitingBytes} wait: that is how a stream
   * of events is published, by one call after the other.
   *
   * @return is completed with its id, or with what {@link #publish(Publication)} throws
   * @throws InterruptedException if the thread is interrupted while it waits; nothing is published
   */
  public CompletableFuture<String> publishAsync(Publication event) throws InterruptedException {
    return submit(Outgoing.line(event, within())).thenApply(List::getFirst);
  }

  /** Publishes events as a whole; see {@link #publishAsync(Publication)}. */
  public CompletableFuture<List<String>> publishAsync(List<Publication> events)
      throws InterruptedException {
    if (events.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return submit(Outgoing.whole(events, null, within()));
  }

  /**
   * Publishes events as a whole under the application's own idempotency key; see {@link
   * #publishAsync(Publication)} and {@link #publish(Publication, String)}.
   */
  public CompletableFuture<List<String>> publishAsync(List<Publication> events, String key)
      throws InterruptedException {
    if (events.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return submit(Outgoing.whole(events, checked(key), within()));
  }

  /**
   * Describes a stream of the hub's events, to be opened.
   *
   * @param channels channels, and patterns: {@code stocks/*} is one segment more, {@code stocks/**}
   *     one or more; none at all: everything
   * @throws io.sluice.event.InvalidEventException if one of them can't be a channel or pattern
   */
  public EventStream stream(String... channels) {
    return stream(List.of(channels));
  }

  /** Describes a stream of the hub's events; see {@link #stream(String...)}. */
  public EventStream stream(Collection<String> channels) {
    EventStream stream =
        new EventStream(URI.create(base + "/events"), true, http, credential).backoff(backoff);
    for (String channel : channels) {
      stream.parameter("channel", ChannelPattern.parse(channel).toString());
    }
    return stream;
  }

  /**
   * One connection for many subscriptions, which may come and go. It is made when the first one
   * comes.
   */
  public SharedStream shared() {
    return new SharedStream(new ConnectionChange(http, base, credential), this::stream, backoff);
  }

  /**
   * Takes no more to be published, and waits until what was given has its answer, or its time is
   * over; futures complete then, or in a moment. Streams are closed by who opened them.
   */
  @Override
  public void close() {
    outbox.close();
  }

  private CompletableFuture<List<String>> submit(Outgoing part) throws InterruptedException {
    outbox.add(part);
    return part.ids().copy();
  }

  private Deadline within() {
    return Deadline.in(publishWithin);
  }

  private static String checked(String key) {
    if (!key.matches("[!-~]{1,200}")) {
      throw new IllegalArgumentException(
          "an idempotency key has 1 to 200 visible ASCII characters, this one is "
              + (key.length() > 200 ? key.length() + " characters long" : '"' + key + '"'));
    }
    return key;
  }

  private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PublishException why) {
        throw why;
      }
      throw new IllegalStateException("publishing failed", e.getCause());
    }
  }

  /** Says how a client is. One caller at a time. */
  public static final class Builder {

    private final URI base;
    private Credential credential = new Credential.None();
    private @Nullable HttpClient http;
    private @Nullable SSLContext trust;
    private Backoff streamBackoff = Backoff.DEFAULT;
    private Backoff publishBackoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));
    private Duration publishWithin = Duration.ofSeconds(30);
    private Duration publishAnswer = Duration.ofSeconds(10);
    private long maxWaitingBytes = 4L * 1024 * 1024;

    private Builder(URI base) {
      this.base = base;
    }

    /** A token to be shown, or an API key. */
    public Builder token(String token) {
      credential = new Credential.Token(() -> token, false);
      return this;
    }

    /**
     * Where a token comes from. Asked before every request, so that it should keep the token as
     * long as it is good.
     */
    public Builder token(Supplier<String> tokens) {
      credential = new Credential.Token(tokens, true);
      return this;
    }

    /**
     * The HTTP client to use, instead of one with HTTP/1.1 of its own. It should follow no
     * redirects.
     */
    public Builder http(HttpClient client) {
      http = client;
      return this;
    }

    /** Whom to trust, instead of those that Java trusts. */
    public Builder trust(SSLContext context) {
      trust = context;
      return this;
    }

    /** How attempts are spread, those of streams and those of publishing. */
    public Builder backoff(Backoff spread) {
      streamBackoff = spread;
      publishBackoff = spread;
      return this;
    }

    /** How long publishing an event may take, all attempts together; 30 seconds if not said. */
    public Builder publishWithin(Duration time) {
      publishWithin = time;
      return this;
    }

    /** How long one attempt to publish may take; 10 seconds if not said. */
    public Builder publishAnswerWithin(Duration time) {
      publishAnswer = time;
      return this;
    }

    /** How many bytes of events may wait to be published; 4 MiB if not said. */
    public Builder maxWaitingBytes(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("maxWaitingBytes must be at least 1: " + bytes);
      }
      maxWaitingBytes = bytes;
      return this;
    }

    /** A client that is so. */
    public SluiceClient build() {
      return new SluiceClient(this);
    }

    private HttpClient http() {
      HttpClient given = http;
      if (given != null) {
        return given;
      }
      SSLContext trusted = trust;
      return trusted == null ? Threads.http() : Threads.newHttp().sslContext(trusted).build();
    }
  }
}
