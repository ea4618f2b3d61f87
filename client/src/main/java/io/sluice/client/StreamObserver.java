package io.sluice.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Is told what becomes of a stream's connections: for logs, health and metrics. What it does must
 * be short; what it throws ends the stream.
 *
 * <p>Called by the thread that reads the stream, one call at a time. A call may come before
 * deliveries that had arrived earlier.
 */
public interface StreamObserver {

  /** Looks at nothing. */
  StreamObserver NONE = new StreamObserver() {};

  /** A server answers with an event stream. */
  default void opened() {}

  /**
   * The stream is a hub's. Follows {@link #opened}.
   *
   * @param connection what the hub says of it
   */
  default void connected(Connected connection) {}

  /**
   * There is no connection; another one is tried after a while.
   *
   * @param reason why, for people: without a full stop
   * @param wait how long until the next attempt
   */
  default void disconnected(String reason, Duration wait) {}

  /**
   * The hub says what the stream is subscribed to from here on.
   *
   * @param channels channels and patterns
   * @param types types, empty for all
   */
  default void subscribed(List<String> channels, List<String> types) {}

  /**
   * What a hub says of a new connection.
   *
   * @param connection names it
   * @param channels what it is subscribed to
   * @param resumed whether the stream goes on exactly where it was (false: a {@link Gap} follows);
   *     empty if it didn't begin from a position
   */
  record Connected(String connection, List<String> channels, Optional<Boolean> resumed) {}
}
