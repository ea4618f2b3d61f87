package io.sluice.examples.ticker;

/**
 * What is known of a symbol at a moment: the data of every event. Each is the whole picture, so
 * that the latest one is enough to begin with.
 *
 * <p>Immutable.
 *
 * @param symbol which
 * @param n the symbol's events so far; each has the next number
 * @param price in cents
 * @param open the price in cents at which it began
 * @param halted why nobody trades it; empty if they do
 */
record Quote(String symbol, long n, long price, long open, String halted) {

  /** Where it begins. */
  static Quote opening(String symbol, long price) {
    return new Quote(symbol, 0, price, price, "");
  }

  boolean isHalted() {
    return !halted.isEmpty();
  }

  Quote at(long newPrice) {
    return new Quote(symbol, n + 1, newPrice, open, halted);
  }

  Quote halt(String why) {
    return new Quote(symbol, n + 1, price, open, why);
  }
}
