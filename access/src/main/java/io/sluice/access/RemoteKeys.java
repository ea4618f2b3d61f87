package io.sluice.access;

import io.sluice.access.BoundedFetch.Reply;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that an issuer publishes at a URL, as they were when last fetched. While the issuer is
 * away they go on being believed, for a day.
 *
 * <p>Thread-safe. Nothing blocks.
 */
final class RemoteKeys implements AutoCloseable {

  /** Keys older than this are fetched anew before they are believed again. */
  static final Duration FRESH = Duration.ofMinutes(5);

  /** Keys older than this are fetched anew while they are still believed. */
  static final Duration REFRESH_AFTER = Duration.ofMinutes(4);

  /** So long are they believed while the issuer can't be reached. */
  static final Duration STALE = Duration.ofHours(24);

  /** The issuer is asked no more often, whatever names of keys tokens make up. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  /** An answer that takes longer is none. */
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** An answer that is longer is none. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger(RemoteKeys.class);

  private record Snapshot(KeySet keys, Instant fetched) {}

  private final String shownUrl;
  private final Supplier<CompletableFuture<Reply>> fetch;
  private final Runnable close;
  private final InstantSource clock;

  private volatile @Nullable Snapshot snapshot;
  // Whether the last attempt came to nothing.
  private volatile boolean failing;

  // Guarded by this.
  private @Nullable Instant lastAttempt;
  private @Nullable CompletableFuture<@Nullable Void> underWay;

  private RemoteKeys(
      String shownUrl,
      Supplier<CompletableFuture<Reply>> fetch,
      Runnable close,
      InstantSource clock) {
    this.shownUrl = shownUrl;
    this.fetch = fetch;
    this.close = close;
    this.clock = clock;
  }

  static RemoteKeys at(URI url, InstantSource clock) {
    BoundedFetch http = new BoundedFetch(TIMEOUT, MAX_BYTES);
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Accept", "application/jwk-set+json, application/json")
            .build();
    return new RemoteKeys(Endpoint.shown(url), () -> http.send(request), http::close, clock);
  }

  /** Keys that come by another way, for tests of what happens when. */
  static RemoteKeys by(Supplier<CompletableFuture<Reply>> fetch, InstantSource clock) {
    return new RemoteKeys("test:keys", fetch, () -> {}, clock);
  }

  /**
   * The keys that may be believed now; null if there are none, so that {@link #refresh} must come
   * first. Begins to fetch them anew when it is time.
   */
  @Nullable KeySet usable() {
    Snapshot held = snapshot;
    if (held == null) {
      return null;
    }
    Duration age = Duration.between(held.fetched, clock.instant());
    if (!age.isNegative() && age.compareTo(REFRESH_AFTER) < 0) {
      return held.keys;
    }
    // A clock that went back says nothing about the age: they are fetched anew, and good meanwhile.
    refresh();
    boolean fresh = age.compareTo(FRESH) < 0;
    // While the issuer is away nobody waits for it: one fetch every few seconds finds out.
    return fresh || (failing && age.compareTo(STALE) < 0) ? held.keys : null;
  }

  /** Whether the last attempt to fetch them came to nothing, or there was none yet. */
  boolean failing() {
    return failing || snapshot == null;
  }

  /**
   * Fetches them anew, at most once every {@link #PAUSE} and once at a time.
   *
   * @return done when that came to something or nothing, which never makes it fail; null if it is
   *     too early
   */
  @Nullable CompletableFuture<@Nullable Void> refresh() {
    CompletableFuture<@Nullable Void> done;
    synchronized (this) {
      if (underWay != null) {
        return underWay;
      }
      Instant now = clock.instant();
      if (lastAttempt != null) {
        Duration since = Duration.between(lastAttempt, now);
        if (!since.isNegative() && since.compareTo(PAUSE) < 0) {
          return null;
        }
      }
      lastAttempt = now;
      done = new CompletableFuture<>();
      underWay = done;
    }
    Instant begun = clock.instant();
    begin()
        .whenComplete(
            (reply, failure) -> {
              try {
                take(reply, failure, begun);
              } finally {
                synchronized (this) {
                  underWay = null;
                }
                done.complete(null);
              }
            });
    return done;
  }

  // What isn't begun would be waited for by everybody, for ever.
  private CompletableFuture<Reply> begin() {
    try {
      return fetch.get();
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private void take(@Nullable Reply reply, @Nullable Throwable failure, Instant begun) {
    String trouble;
    if (reply == null) {
      trouble = String.valueOf(failure);
    } else if (reply.status() != 200) {
      trouble = "it answered with status " + reply.status();
    } else {
      try {
        KeySet keys = JwkSet.parse(reply.body(), false);
        snapshot = new Snapshot(keys, begun);
        if (failing) {
          log.info("{} gives its keys again", shownUrl);
        }
        failing = false;
        return;
      } catch (RuntimeException unusable) {
        trouble = String.valueOf(unusable.getMessage());
      }
    }
    if (!failing) {
      log.warn(
          "can't get the keys for tokens from {}: {}; {}",
          shownUrl,
          trouble,
          snapshot == null
              ? "tokens can't be checked until it answers"
              : "those held are used for up to " + STALE.toHours() + " h");
    }
    failing = true;
  }

  @Override
  public void close() {
    close.run();
  }
}
