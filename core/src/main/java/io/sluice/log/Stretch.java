package io.sluice.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of the log that somebody wants to read.
 *
 * <p>Immutable.
 *
 * @param selection what is wanted
 * @param after reads after this sequence
 * @param upTo and nothing past this one
 * @param replay what holds for the past, or null: then what retention has given up is read too, as
 *     long as its bytes are there
 * @param told by channel, losses up to this sequence are known to the reader
 * @param maxBytes about how many bytes of frames at most; one event is always read
 */
public record Stretch(
    Selection selection,
    long after,
    long upTo,
    @Nullable Replay replay,
    Map<String, Long> told,
    int maxBytes) {

  public Stretch {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be at least 1: " + maxBytes);
    }
  }

  /** The same after somebody was told of a loss. */
  public Stretch told(Map<String, Long> losses) {
    return new Stretch(selection, after, upTo, replay, losses, maxBytes);
  }

  // What was told to be lost must not come after all: its bytes may be there, in a segment that
  // wasn't cleaned yet or one that a reader still holds.
  boolean admits(Channel channel, long sequence) {
    return (replay == null || replay.admits(channel, sequence))
        && (told.isEmpty() || sequence > told.getOrDefault(channel.name, 0L));
  }

  /** From where on a loss in the channel is news to the reader. */
  public long knownUpTo(String channel) {
    long known = Math.max(after, told.getOrDefault(channel, 0L));
    return replay == null ? known : Math.max(known, replay.floors().getOrDefault(channel, 0L));
  }
}
