package io.sluice.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that following a stream takes.
 *
 * <p>Immutable.
 */
record StreamPlan(
    Target target, Start start, Reach reach, Patience patience, StreamObserver observer) {

  /** A name and its value, in a query or a head. */
  record Pair(String name, String value) {}

  /**
   * What is asked for.
   *
   * @param uri where
   * @param parameters more of its query, asked for before each connection
   * @param hub whether it is known to be a hub; any other server may turn out to be one
   * @param heartbeats whether heartbeats are given as events
   */
  record Target(URI uri, Supplier<List<Pair>> parameters, boolean hub, boolean heartbeats) {}

  /**
   * How it is asked for.
   *
   * @param headers more fields of the head
   */
  record Reach(HttpClient http, Credential credential, List<Pair> headers) {

    Reach {
      headers = List.copyOf(headers);
    }
  }

  /**
   * What is put up with.
   *
   * @param reconnects false: one connection, no more
   * @param silence how long a connection may bring nothing; null: 2.5 times the heartbeat that the
   *     hub announces, and for ever with a server that announces none
   * @param answer how long the head of an answer may take
   * @param maxBlockBytes how large an event may be
   */
  record Patience(
      Backoff backoff,
      boolean reconnects,
      @Nullable Duration silence,
      Duration answer,
      int maxBlockBytes,
      RandomGenerator random) {}
}
