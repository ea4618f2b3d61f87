package io.sluice.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is appended in one go, all or none.
 *
 * <p>Immutable.
 *
 * @param drafts the events, at least one
 * @param idempotencyKey is to be remembered with them, or null
 */
public record Append(List<Draft> drafts, @Nullable String idempotencyKey) {

  public Append {
    if (drafts.isEmpty()) {
      throw new IllegalArgumentException("an append needs at least one event");
    }
    drafts = List.copyOf(drafts);
  }

  /** About how many bytes its frames have at most. */
  public long maxFrameBytes() {
    long bytes = 0;
    for (Draft draft : drafts) {
      bytes += draft.maxFrameBytes();
    }
    return bytes;
  }
}
