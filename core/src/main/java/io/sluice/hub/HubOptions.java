package io.sluice.hub;

import io.sluice.log.RetentionRules;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a hub is set up.
 *
 * <p>Immutable.
 *
 * @param memoryBytes the budget for events and channels together
 * @param retention how far back resumes reach
 * @param timeLines whether frames carry a {@code time:} line
 * @param heartbeat how long a stream may be without a byte
 * @param retry how long EventSource waits before it reconnects
 * @param writeTimeout how long a stream may make no progress at all while bytes wait for it
 * @param outputBytes the budget for bytes that streams have taken and sockets haven't
 * @param maxChannelsPerStream how many channels and patterns a subscription may name
 * @param maxStreams how many streams may be open at once; who opens them on loops of its own, as
 *     the server does, keeps to it
 * @param idempotencyKeys how many keys are remembered
 * @param clock the time of events
 */
public record HubOptions(
    long memoryBytes,
    RetentionRules retention,
    boolean timeLines,
    Heartbeat heartbeat,
    Duration retry,
    Duration writeTimeout,
    long outputBytes,
    int maxChannelsPerStream,
    int maxStreams,
    int idempotencyKeys,
    InstantSource clock) {

  /** 256 MiB, 10,000 events of 24 hours for each channel, a heartbeat every 15 s. */
  public static final HubOptions DEFAULT =
      new HubOptions(
          256L << 20,
          RetentionRules.DEFAULT,
          false,
          Heartbeat.every(Duration.ofSeconds(15)),
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          64L << 20,
          100,
          20_000,
          100_000,
          InstantSource.system());

  /** The same with another memory budget, in bytes. */
  public HubOptions withMemoryBytes(long bytes) {
    return new HubOptions(
        bytes,
        retention,
        timeLines,
        heartbeat,
        retry,
        writeTimeout,
        outputBytes,
        maxChannelsPerStream,
        maxStreams,
        idempotencyKeys,
        clock);
  }

  /** The same with another retention. */
  public HubOptions withRetention(RetentionRules rules) {
    return new HubOptions(
        memoryBytes,
        rules,
        timeLines,
        heartbeat,
        retry,
        writeTimeout,
        outputBytes,
        maxChannelsPerStream,
        maxStreams,
        idempotencyKeys,
        clock);
  }

  /** The same with another clock. */
  public HubOptions withClock(InstantSource source) {
    return new HubOptions(
        memoryBytes,
        retention,
        timeLines,
        heartbeat,
        retry,
        writeTimeout,
        outputBytes,
        maxChannelsPerStream,
        maxStreams,
        idempotencyKeys,
        source);
  }
}
