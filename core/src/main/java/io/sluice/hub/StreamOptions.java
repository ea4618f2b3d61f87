package io.sluice.hub;

import io.sluice.event.InvalidEventException;
import io.sluice.subscription.Subscription;
import java.time.Duration;

/**
 * What holds for each stream of a hub, and for all of them together.
 *
 * <p>Immutable.
 *
 * @param heartbeat how long a stream may be without a byte
 * @param retry how long EventSource waits before it reconnects
 * @param writeTimeout how long a stream may make no progress at all while bytes wait for it
 * @param outputBytes the budget for bytes that streams have taken and sockets haven't
 * @param maxChannels how many channels and patterns a subscription may name
 * @param gzipAbove data of more bytes than this is compressed for those who ask for that
 */
public record StreamOptions(
    Heartbeat heartbeat,
    Duration retry,
    Duration writeTimeout,
    long outputBytes,
    int maxChannels,
    int gzipAbove) {

  /** A drain tells streams to come back after the retry time and so much beside, at random. */
  public static final Duration MAX_DRAIN_SPREAD = Duration.ofSeconds(10);

  /** A heartbeat every 15 s, 64 MiB for what sockets don't take, 100 channels in a subscription. */
  public static final StreamOptions DEFAULT =
      new StreamOptions(
          Heartbeat.every(Duration.ofSeconds(15)),
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          64L << 20,
          100,
          1024);

  /**
   * Refuses a subscription that names too many channels.
   *
   * @throws InvalidEventException with code {@code too-many-channels}
   */
  void check(Subscription subscription) {
    int count = subscription.patterns().size();
    if (count > maxChannels) {
      throw new InvalidEventException(
          "too-many-channels",
          "a stream has at most "
              + maxChannels
              + " channels and patterns, this one would have "
              + count);
    }
  }

  /** The same with another budget for output, in bytes. */
  public StreamOptions withOutputBytes(long bytes) {
    return new StreamOptions(heartbeat, retry, writeTimeout, bytes, maxChannels, gzipAbove);
  }

  /** The same with another bound below which data isn't compressed, in bytes. */
  public StreamOptions withGzipAbove(int bytes) {
    return new StreamOptions(heartbeat, retry, writeTimeout, outputBytes, maxChannels, bytes);
  }
}
