package io.sluice.bench;

/**
 * What became of the publishers' requests.
 *
 * @param offeredPerSecond the rate that was asked for; 0 where publishers went flat out
 * @param perSecond events accepted within the window, by its length
 * @param inWindow events accepted within the window
 * @param accepted events answered with a status of 2xx, warm-up included
 * @param refused events answered with another status
 * @param unanswered events without an answer, whose fate isn't known
 * @param unsent events that were due and never sent, because all publishers waited for answers
 * @param answerMicros from when a request was due (sent, where publishers went flat out) until its
 *     answer was read
 */
public record Publishes(
    double offeredPerSecond,
    double perSecond,
    long inWindow,
    long accepted,
    long refused,
    long unanswered,
    long unsent,
    Percentiles answerMicros) {

  String text() {
    String offered =
        offeredPerSecond == 0 ? "flat out" : "of %,.0f/s offered".formatted(offeredPerSecond);
    return "%,.0f/s %s: %,d accepted, %,d refused, %,d unanswered, %,d never sent"
        .formatted(perSecond, offered, accepted, refused, unanswered, unsent);
  }
}
