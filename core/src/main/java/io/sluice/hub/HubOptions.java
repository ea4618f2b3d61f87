package io.sluice.hub;

import io.sluice.log.Epochs;
import io.sluice.log.LogOptions;
import io.sluice.log.RetentionRules;
import java.time.InstantSource;
import java.util.regex.Pattern;

/**
 * How a hub is set up.
 *
 * <pre>{@code
 * HubOptions.builder().memoryBytes(64 << 20).retention(rules).build()
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param memoryBytes the budget for events and channels together
 * @param retention how far back resumes reach
 * @param timeLines whether frames carry a {@code time:} line
 * @param stream what holds for each stream
 * @param maxStreams how many streams may be open at once; who opens them on loops of its own, as
 *     the server does, keeps to it
 * @param idempotencyKeys how many keys are remembered
 * @param clock the time of events
 * @param node what the ids of its streams begin with, so that hubs on one log know whose a stream
 *     is; empty for a random one; up to {@value #MAX_NODE} of {@code A-Za-z0-9._-}
 */
public record HubOptions(
    long memoryBytes,
    RetentionRules retention,
    boolean timeLines,
    StreamOptions stream,
    int maxStreams,
    int idempotencyKeys,
    InstantSource clock,
    String node) {

  /** The longest name of a node. */
  public static final int MAX_NODE = 64;

  private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._-]{0," + MAX_NODE + "}");

  /** 256 MiB, 10,000 events of 24 hours for each channel, a heartbeat every 15 s. */
  public static final HubOptions DEFAULT =
      new HubOptions(
          256L << 20,
          RetentionRules.DEFAULT,
          false,
          StreamOptions.DEFAULT,
          20_000,
          100_000,
          InstantSource.system(),
          "");

  /**
   * @throws IllegalArgumentException if the node's name has other characters, or too many
   */
  public HubOptions {
    if (!NODE.matcher(node).matches()) {
      throw new IllegalArgumentException(
          "a node's name has up to " + MAX_NODE + " of A-Za-z0-9._-: " + node);
    }
  }

  /** What concerns the log. */
  LogOptions log(Epochs epochs) {
    return log(epochs, clock);
  }

  LogOptions log(Epochs epochs, InstantSource time) {
    return new LogOptions(epochs, memoryBytes, retention, timeLines, time);
  }

  /** Begins with {@link #DEFAULT}. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** Begins with these. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * Options in the making; what isn't said stays as it was.
   *
   * <p>One caller at a time.
   */
  public static final class Builder {

    private long memoryBytes;
    private RetentionRules retention;
    private boolean timeLines;
    private StreamOptions stream;
    private int maxStreams;
    private int idempotencyKeys;
    private InstantSource clock;
    private String node;

    private Builder(HubOptions from) {
      this.memoryBytes = from.memoryBytes;
      this.retention = from.retention;
      this.timeLines = from.timeLines;
      this.stream = from.stream;
      this.maxStreams = from.maxStreams;
      this.idempotencyKeys = from.idempotencyKeys;
      this.clock = from.clock;
      this.node = from.node;
    }

    /** The budget for events and channels together. */
    public Builder memoryBytes(long bytes) {
      this.memoryBytes = bytes;
      return this;
    }

    /** How far back resumes reach. */
    public Builder retention(RetentionRules rules) {
      this.retention = rules;
      return this;
    }

    /** Whether frames carry a {@code time:} line. */
    public Builder timeLines(boolean wanted) {
      this.timeLines = wanted;
      return this;
    }

    /** What holds for each stream. */
    public Builder stream(StreamOptions options) {
      this.stream = options;
      return this;
    }

    /** How many streams may be open at once. */
    public Builder maxStreams(int most) {
      this.maxStreams = most;
      return this;
    }

    /** How many idempotency keys are remembered. */
    public Builder idempotencyKeys(int most) {
      this.idempotencyKeys = most;
      return this;
    }

    /** The time of events. */
    public Builder clock(InstantSource source) {
      this.clock = source;
      return this;
    }

    /** What the ids of its streams begin with; empty for a name that nobody else has. */
    public Builder node(String name) {
      this.node = name;
      return this;
    }

    /** The options as they have been said. */
    public HubOptions build() {
      return new HubOptions(
          memoryBytes, retention, timeLines, stream, maxStreams, idempotencyKeys, clock, node);
    }
  }
}
