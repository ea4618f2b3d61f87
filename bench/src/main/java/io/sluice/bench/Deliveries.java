package io.sluice.bench;

/**
 * What the subscribers got.
 *
 * @param perSecond events that arrived within the window, by its length
 * @param inWindow events that arrived within the window
 * @param expected what all accepted events should have become, warm-up included
 * @param received how many of them arrived, each counted once
 * @param duplicates events that arrived again
 * @param outOfOrder events that arrived after a later one of the same publisher
 * @param endedStreams streams that ended although nobody asked them to
 * @param latencyMicros from when an event was due until a subscriber read it, for every event due
 *     or read within the window and every subscriber
 */
public record Deliveries(
    double perSecond,
    long inWindow,
    long expected,
    long received,
    long duplicates,
    long outOfOrder,
    int endedStreams,
    Percentiles latencyMicros) {

  /** Events accepted but never received. */
  public long lost() {
    return Math.max(0, expected - received);
  }

  String text() {
    return "%,d of %,d expected: %,d lost, %,d twice, %,d out of order, %,d streams ended"
        .formatted(received, expected, lost(), duplicates, outOfOrder, endedStreams);
  }
}
