package io.sluice.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a script waits for: a number of events, of one type or of any.
 *
 * <p>Confined to the thread that follows the stream.
 */
final class Expectation {

  private final @Nullable String type;
  private final long count;
  private final Map<String, Long> seen = new TreeMap<>();
  private long matching;

  /**
   * @param type what counts; null: every event but the hub's own
   * @param count how many are enough
   */
  Expectation(@Nullable String type, long count) {
    this.type = type;
    this.count = count;
  }

  /** Counts an event. */
  void saw(ReceivedEvent event) {
    boolean counts = type == null ? !event.isFromHub() : event.type().equals(type);
    if (counts) {
      matching++;
    }
    if (counts || !event.isFromHub()) {
      seen.merge(event.type(), 1L, Long::sum);
    }
  }

  boolean isMet() {
    return matching >= count;
  }

  /** What was wanted and what came: {@code expected 3 of type price, saw 1 (halt: 2, price: 1)}. */
  @Override
  public String toString() {
    String wanted = type == null ? "" : " of type " + type;
    String types =
        seen.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
    return "expected " + count + wanted + ", saw " + matching + (seen.isEmpty() ? "" : types);
  }
}
