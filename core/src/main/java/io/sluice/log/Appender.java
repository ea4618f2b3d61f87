package io.sluice.log;

import io.sluice.wire.FrameEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes events at the tail of the log: the frame into the tail segment, its sequence into its
 * channel's index, and what that makes too much for the channel is given up.
 *
 * <p>Guarded by the log's lock. What it has written is seen by readers when the log's head moves.
 */
final class Appender {

  private static final int MAX_SHARED_TYPES = 1000;

  private final Segments segments;
  private final Channels channels;
  private final Keeper keeper;
  private byte[] epoch;
  private final boolean timeLines;
  private final Map<String, String> types = new HashMap<>();

  /**
   * @param epoch the life of the log that events are added to
   * @param timeLines whether frames carry a {@code time:} line
   */
  Appender(Contents contents, String epoch, boolean timeLines) {
    this.segments = contents.segments();
    this.channels = contents.channels();
    this.keeper = contents.keeper();
    this.epoch = epoch.getBytes(StandardCharsets.US_ASCII);
    this.timeLines = timeLines;
  }

  /** Events are of another life from now on. */
  void epoch(String other) {
    epoch = other.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Writes one event.
   *
   * @return whether a new tail was begun for it: the moment to make room
   */
  boolean append(long sequence, long timeMillis, Draft draft) {
    Segment tail = segments.tail();
    boolean full = !tail.hasRoom(draft.maxFrameBytes());
    if (full) {
      tail = segments.roll(sequence, draft.maxFrameBytes());
    }
    int start = tail.used();
    int end = FrameEncoder.head(tail.bytes, start, epoch, sequence, timeLines ? timeMillis : -1);
    System.arraycopy(draft.body, 0, tail.bytes, end, draft.body.length);
    end += draft.body.length;

    Channel channel = channels.findOrAdd(draft.channel);
    Retention retention = channels.retention(channel);
    channels.index(channel, sequence);
    tail.add(channel, shared(draft.type), draft.key, timeMillis, end);
    keeper.added(channel, retention, tail, end - start);
    return full;
  }

  // Events of a type hold one string, not each its own.
  private @Nullable String shared(@Nullable String type) {
    if (type == null) {
      return null;
    }
    String known = types.putIfAbsent(type, type);
    if (known != null) {
      return known;
    }
    if (types.size() > MAX_SHARED_TYPES) {
      types.clear();
    }
    return type;
  }
}
